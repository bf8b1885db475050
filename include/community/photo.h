/* SPDX-License-Identifier: MIT */
#ifndef COMMUNITY_PHOTO_H
#define COMMUNITY_PHOTO_H

#include <community/ingest.h>
#include <community/media.h>
#include <community/types.h>

#ifdef __cplusplus
extern "C" {
#endif

/**
 * Attach a photo to a stored report, durable when the call returns. A sterile copy is made as by
 * cmty_media_clean(); the copy and the original, which is evidence, are each sealed under the
 * agency's public key. What cannot be proven clean goes to quarantine, sealed, and not to the
 * report. Photos go when what is sealed of their report goes.
 *
 * @param      ingest     Not NULL.
 * @param      report_id  Published id of the report.
 * @param      bytes      The file. Borrowed for the call.
 * @param      size       Its length, bytes.
 * @param[out] info       Its struct_size set by the caller. Filled if CMTY_OK, CMTY_DUPLICATE or
 *                        CMTY_REFUSED. May be NULL.
 * @param[out] number     What the photo is called by; untouched unless CMTY_OK. May be NULL.
 * @param[out] err        Detail on failure, or NULL.
 * @return CMTY_OK; CMTY_DUPLICATE: the report has it already; CMTY_REFUSED: see info->reason;
 *         CMTY_NOTFOUND: no such report, or what was sealed of it is destroyed; CMTY_E_IO: not
 *         known whether it was stored, send it again; CMTY_E_INVALID; CMTY_E_NOMEM; CMTY_E_ABI.
 * @threads serial
 * @since 0.1
 */
CMTY_API CMTY_MUSTCHECK cmty_status cmty_ingest_photo(cmty_ingest *ingest, const char *report_id,
                                                      const void *bytes, size_t size,
                                                      cmty_media_info *info, int64_t *number,
                                                      cmty_error *err);

/** The photos of a store, one after the other. Opaque. */
typedef struct cmty_photos cmty_photos;

/** One photo: what may be seen of it without the secret key. */
typedef struct cmty_photo {
    uint32_t struct_size;   /**< sizeof(cmty_photo), set by the caller. */
    int32_t kind;           /**< CMTY_MEDIA_*. */
    int64_t number;         /**< What it is called by. Not for the public: it tells the order of
                                 arrival. */
    const char *report_id;  /**< Published id of its report. Borrowed until the next call. */
    uint32_t width, height; /**< Of the sterile copy, pixels. */
    uint32_t removed;       /**< CMTY_MEDIA_HAD_* bits: what the original carries. */
    uint32_t reserved;      /**< 0. */
} cmty_photo;

/**
 * Look at the photos of a store.
 *
 * @param      store      Path of the journal; only read.
 * @param      report_id  Of the report whose photos are wanted; NULL: of all.
 * @param[out] out        Owned by the caller; NULL on failure.
 * @param[out] err        Detail on failure, or NULL.
 * @return CMTY_OK; CMTY_E_IO; CMTY_E_FORMAT; CMTY_E_INVALID; CMTY_E_NOMEM.
 * @threads any
 * @since 0.1
 */
CMTY_API CMTY_MUSTCHECK cmty_status cmty_photos_open(const char *store, const char *report_id,
                                                     cmty_photos **out, cmty_error *err);

/**
 * The next photo, in the order of their numbers.
 *
 * @param      photos  Not NULL.
 * @param[out] photo   Its struct_size set by the caller. Untouched unless CMTY_OK.
 * @param[out] err     Detail on failure, or NULL.
 * @return CMTY_OK; CMTY_END; CMTY_E_IO; CMTY_E_FORMAT; CMTY_E_INVALID; CMTY_E_ABI.
 * @threads serial
 * @since 0.1
 */
CMTY_API CMTY_MUSTCHECK cmty_status cmty_photos_next(cmty_photos *photos, cmty_photo *photo,
                                                     cmty_error *err);

/**
 * Release what cmty_photos_open() made.
 *
 * @param photos  May be NULL.
 * @threads any
 * @since 0.1
 */
CMTY_API void cmty_photos_free(cmty_photos *photos);

/** A photo in the clear. Give its bytes back with cmty_free(). */
typedef struct cmty_photo_bytes {
    uint32_t struct_size; /**< sizeof(cmty_photo_bytes), set by the caller. */
    uint32_t reserved;    /**< 0. */
    void *bytes;          /**< The file, owned by the caller. */
    size_t size;          /**< Its length. */
    cmty_point taken_at;  /**< Where the original says it was taken, WGS 84; NaN if it does not, and
                               with the sterile copy. */
    double distance_m;    /**< From there to the place that the report claims, metres; NaN if one of
                               them is unknown. */
} cmty_photo_bytes;

/**
 * Open one photo with the secret key. The reading is in the audit log before anything is returned.
 * The sterile copy shows pixels and nothing else: faces, plates and house numbers need a person
 * before it goes anywhere.
 *
 * @param      store       Path of the journal.
 * @param      number      Of the photo.
 * @param      original    1: the file as it was sent; 0: the sterile copy.
 * @param      secret_key  Secret sealing key file.
 * @param      actor       Who looks. Not empty.
 * @param      purpose     Why. Not empty.
 * @param[out] out         Its struct_size set by the caller. Untouched on failure.
 * @param[out] err         Detail on failure, or NULL.
 * @return CMTY_OK; CMTY_NOTFOUND; CMTY_E_KEY if the key does not open it; CMTY_E_IO;
 *         CMTY_E_FORMAT if the sealed part was altered or swapped; CMTY_E_INVALID; CMTY_E_NOMEM;
 *         CMTY_E_ABI.
 * @threads any
 * @since 0.1
 */
CMTY_API CMTY_MUSTCHECK cmty_status cmty_photo_open(const char *store, int64_t number,
                                                    int32_t original, const char *secret_key,
                                                    const char *actor, const char *purpose,
                                                    cmty_photo_bytes *out, cmty_error *err);

#ifdef __cplusplus
}
#endif
#endif
