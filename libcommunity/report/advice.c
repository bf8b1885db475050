/* SPDX-License-Identifier: MIT */
/*
 * Words that speak of danger to life. A report is no call for help, so who writes such words is
 * told at once where help is. Phrases are looked for in plain letters, whole words only, in every
 * language that is known, whatever the report says of its own. Any thread; constant.
 */
#include "report/report.h"

#include <community/report.h>

/* Without accents and in lower case, as the text is made before it is searched. */
static const char *const emergency[] = {
    /* English */
    "call 911", "call 999", "call 112", "call the police now", "call an ambulance", "send help",
    "send police", "send the police", "need help now", "need help right now", "help me please",
    "please help me", "someone help me", "has a gun", "have a gun", "with a gun", "pointed a gun",
    "pulled a gun", "pulled a knife", "has a knife", "active shooter", "shots fired",
    "shooting right now", "being shot at", "he shot", "she shot", "been shot", "been stabbed",
    "is stabbing", "not breathing", "isn t breathing", "cannot breathe", "can t breathe",
    "stopped breathing", "is unconscious", "not responding to me", "bleeding badly",
    "bleeding a lot", "is bleeding out", "lot of blood", "heart attack", "having a stroke",
    "house is on fire", "home is on fire", "building is on fire", "apartment is on fire",
    "car is on fire", "trapped inside", "is drowning", "gas leak", "smell gas", "breaking in now",
    "breaking in right now", "breaking into my house", "trying to break in", "inside my house now",
    "in my house right now", "he is beating", "is being beaten", "being attacked", "attacking me",
    "attacking her", "attacking him", "is hitting me", "is choking", "going to kill me",
    "going to kill her", "going to kill him", "will kill me", "threatening to kill", "being raped",
    "being kidnapped", "taken against her", "took a child", "child is missing", "overdosed",
    "overdosing", "an overdose", "bomb threat", "there is a bomb",
    /* Spanish */
    "llamen al 911", "llame al 911", "llama al 911", "llamen a la policia", "llamen a emergencias",
    "manden ayuda", "manden a la policia", "necesito ayuda ahora", "necesito ayuda urgente",
    "ayudenme", "auxilio", "tiene una pistola", "tiene un arma", "tiene un cuchillo",
    "con una pistola", "saco un cuchillo", "saco una pistola", "estan disparando", "disparos ahora",
    "le dispararon", "me dispararon", "lo apunalaron", "la apunalaron", "no respira",
    "no puede respirar", "no puedo respirar", "esta inconsciente", "esta sangrando", "mucha sangre",
    "ataque al corazon", "un infarto", "la casa se quema", "se quema la casa", "casa en llamas",
    "edificio en llamas", "hay un incendio", "atrapado adentro", "atrapada adentro",
    "se esta ahogando", "fuga de gas", "huele a gas", "estan entrando a mi casa",
    "esta entrando a mi casa", "esta dentro de mi casa", "me esta pegando", "la esta golpeando",
    "lo estan golpeando", "me estan atacando", "la estan atacando", "me va a matar",
    "la va a matar", "amenaza con matar", "la estan violando", "secuestraron", "sobredosis",
    "amenaza de bomba", "hay una bomba"};

static const char *const self_harm[] = {
    /* English */
    "kill myself", "killing myself", "end my life", "ending my life", "take my own life",
    "want to die", "wants to die", "wish i was dead", "better off dead", "do not want to live",
    "don t want to live", "no reason to live", "suicide", "suicidal", "hurt myself", "harm myself",
    "cut myself on purpose", "kill herself", "kill himself", "kill themselves", "hang myself",
    "going to jump off", "about to jump",
    /* Spanish */
    "matarme", "suicidarme", "suicidarse", "suicidio", "quitarme la vida", "quitarse la vida",
    "quiero morir", "quiere morir", "quiero morirme", "no quiero vivir", "mejor muerto",
    "mejor muerta", "hacerme dano", "lastimarme", "tirarme del puente", "va a saltar del"};

static const char *const names[CMTY_ADVICE_COUNT] = {
    [CMTY_ADVICE_NONE] = "none",
    [CMTY_ADVICE_EMERGENCY] = "emergency",
    [CMTY_ADVICE_SELF_HARM] = "self_harm",
};

static const struct {
    const char *lang, *text[CMTY_ADVICE_COUNT];
} sentences[] = {
    {"en",
     {[CMTY_ADVICE_NONE] = "",
      [CMTY_ADVICE_EMERGENCY] =
          "If somebody is in danger now, call your emergency number: 911 in North America, 112 in "
          "Europe. A report is not a call for help, and may be read much later.",
      [CMTY_ADVICE_SELF_HARM] =
          "If you think of hurting yourself, or somebody else does, talk to somebody now: call or "
          "text 988 in the United States and Canada, or your emergency number. You are not "
          "alone."}},
    {"es",
     {[CMTY_ADVICE_NONE] = "",
      [CMTY_ADVICE_EMERGENCY] =
          "Si alguien está en peligro ahora, llame a su número de emergencia: 911 en América, 112 "
          "en Europa. Un reporte no es una llamada de auxilio y puede leerse mucho más tarde.",
      [CMTY_ADVICE_SELF_HARM] =
          "Si piensa en hacerse daño, o alguien más lo piensa, hable con alguien ahora: llame o "
          "escriba al 988 en Estados Unidos, o a su número de emergencia. No está solo."}},
};

const char *cmty_advice_name(int32_t advice)
{
    return advice >= 0 && advice < CMTY_ADVICE_COUNT ? names[advice] : "unknown";
}

const char *cmty_advice_text(int32_t advice, const char *lang)
{
    size_t which = 0;

    if (advice < 0 || advice >= CMTY_ADVICE_COUNT)
        return "";
    for (size_t i = 0; lang != NULL && i < sizeof sentences / sizeof sentences[0]; i++) {
        const char *known = sentences[i].lang;

        if ((lang[0] | 0x20) == known[0] && (lang[1] | 0x20) == known[1]
            && (lang[2] == '\0' || lang[2] == '-' || lang[2] == '_'))
            which = i;
    }
    return sentences[which].text[advice];
}

/* ---- searching ---- */

/* The letter without its accent: U+00C0 to U+00FF, which are C3 80 to C3 BF. */
static char plain_letter(unsigned char second)
{
    static const char letters[] = "aaaaaaaceeeeiiii"
                                  "dnooooo ouuuuy s"
                                  "aaaaaaaceeeeiiii"
                                  "dnooooo ouuuuy y";

    return letters[second - 0x80];
}

/* One character as it is searched for: a letter or digit, or a blank. Other alphabets stay what
   they are, byte by byte. */
static char plain_character(const unsigned char **at)
{
    const unsigned char *p = *at;

    *at = p + 1;
    if (*p >= 'A' && *p <= 'Z')
        return (char)(*p + 32);
    if (*p < 0x80)
        return (*p >= 'a' && *p <= 'z') || (*p >= '0' && *p <= '9') ? (char)*p : ' ';
    if (*p == 0xC3 && p[1] >= 0x80 && p[1] <= 0xBF) {
        *at = p + 2;
        return plain_letter(p[1]);
    }
    if (*p == 0xC2 && p[1] != '\0') { /* U+0080 to U+00BF: marks */
        *at = p + 2;
        return ' ';
    }
    if (*p == 0xE2 && p[1] == 0x80 && p[2] != '\0') { /* U+2000 to U+203F: quotes, dashes */
        *at = p + 3;
        return ' ';
    }
    return (char)*p;
}

/* Words in lower case, a blank before and behind each; never longer than the text and two. */
static char *put_plain(char *out, const char *text)
{
    const unsigned char *p = (const unsigned char *)(text != NULL ? text : "");
    bool blank = true;

    *out++ = ' ';
    while (*p != '\0') {
        char c = plain_character(&p);

        if (c != ' ' || !blank)
            *out++ = c;
        blank = c == ' ';
    }
    *out++ = ' ';
    return out;
}

/* Phrases by their first letter: each letter's first one, and behind each the next. */
typedef struct phrase_index {
    const char *const *phrases;
    uint32_t second[26]; /* which letters stand second behind each */
    uint8_t head[26], next[UINT8_MAX];
} phrase_index;
enum { NONE = UINT8_MAX };

_Static_assert(sizeof emergency / sizeof *emergency < NONE, "next is too small for its phrases");
_Static_assert(sizeof self_harm / sizeof *self_harm < NONE, "next is too small for its phrases");

/* Phrases begin with two letters. */
static void index_phrases(phrase_index *x, const char *const *phrases, size_t count)
{
    x->phrases = phrases;
    memset(x->second, 0, sizeof x->second);
    memset(x->head, NONE, sizeof x->head);
    for (size_t i = 0; i < count; i++) {
        int first = phrases[i][0] - 'a', second = phrases[i][1] - 'a';

        x->next[i] = x->head[first];
        x->head[first] = (uint8_t)i;
        x->second[first] |= 1U << second;
    }
}

static bool begins_here(const phrase_index *x, const char *word)
{
    int first = word[0] - 'a', second;

    if (first < 0 || first > 25) /* the end too, behind which there is nothing */
        return false;
    second = word[1] - 'a';
    if (second < 0 || second > 25 || (x->second[first] >> second & 1) == 0)
        return false;
    for (uint8_t i = x->head[first]; i != NONE; i = x->next[i]) {
        const char *phrase = x->phrases[i];
        size_t size = 1;

        while (phrase[size] != '\0' && phrase[size] == word[size])
            size++;
        if (phrase[size] == '\0' && word[size] == ' ')
            return true;
    }
    return false;
}

static bool holds_any(const char *plain, const char *const *phrases, size_t count)
{
    phrase_index x;

    index_phrases(&x, phrases, count);
    for (const char *blank = plain; blank != NULL; blank = strchr(blank + 1, ' '))
        if (begins_here(&x, blank + 1))
            return true;
    return false;
}

bool cmty__advice_find(const char *title, const char *description, int32_t *advice)
{
    size_t size =
        (title != NULL ? strlen(title) : 0) + (description != NULL ? strlen(description) : 0) + 5;
    char *plain = size > 5 ? cmty__alloc(size) : NULL;

    *advice = CMTY_ADVICE_NONE;
    if (plain == NULL)
        return size == 5;
    *put_plain(put_plain(plain, title), description) = '\0';
    if (holds_any(plain, self_harm, sizeof self_harm / sizeof *self_harm))
        *advice = CMTY_ADVICE_SELF_HARM;
    else if (holds_any(plain, emergency, sizeof emergency / sizeof *emergency))
        *advice = CMTY_ADVICE_EMERGENCY;
    cmty__zero(plain, size);
    cmty__free(plain);
    return true;
}
