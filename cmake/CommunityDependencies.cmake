# SPDX-License-Identifier: MIT
# The system's own shared libraries, found by pkg-config: never a private copy, so that a host
# such as QGIS, which has loaded the same ones, shares them with us.
find_package(PkgConfig REQUIRED)
find_package(Threads REQUIRED)

# Read again by pkgconfig/libcommunity.pc.in.
set(CMTY_PC_REQUIRES gdal proj geos sqlite3 spatialite libsodium json-c expat
  libturbojpeg libpng libexif)
foreach(module IN LISTS CMTY_PC_REQUIRES)
  pkg_check_modules(${module} REQUIRED IMPORTED_TARGET ${module})
  list(APPEND CMTY_DEPENDENCIES PkgConfig::${module})
endforeach()
list(APPEND CMTY_DEPENDENCIES Threads::Threads m)

if(CMTY_BUILD_CLI)
  pkg_check_modules(popt REQUIRED IMPORTED_TARGET popt)
endif()
if(CMTY_BUILD_TESTS)
  pkg_check_modules(check REQUIRED IMPORTED_TARGET check)
endif()
