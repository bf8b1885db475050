# SPDX-License-Identifier: MIT
# What `cmake --install` puts down: library, headers, pkg-config file, CMake package; each door puts
# down its own.
include(CMakePackageConfigHelpers)

list(JOIN CMTY_PC_REQUIRES " " CMTY_PC_REQUIRES_PRIVATE)
string(REPLACE " " "\\ " CMTY_PC_PREFIX "${CMAKE_INSTALL_PREFIX}")
configure_file(pkgconfig/libcommunity.pc.in libcommunity.pc @ONLY)
configure_package_config_file(cmake/CommunityConfig.cmake.in CommunityConfig.cmake
  INSTALL_DESTINATION ${CMAKE_INSTALL_LIBDIR}/cmake/Community)
write_basic_package_version_file(CommunityConfigVersion.cmake COMPATIBILITY SameMinorVersion)

install(TARGETS community EXPORT CommunityTargets
  LIBRARY DESTINATION ${CMAKE_INSTALL_LIBDIR}
  INCLUDES DESTINATION ${CMAKE_INSTALL_INCLUDEDIR})
install(DIRECTORY include/community DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}
  FILES_MATCHING PATTERN "*.h")
install(FILES ${PROJECT_BINARY_DIR}/libcommunity.pc
  DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig)
install(EXPORT CommunityTargets NAMESPACE Community::
  DESTINATION ${CMAKE_INSTALL_LIBDIR}/cmake/Community)
install(FILES
    ${PROJECT_BINARY_DIR}/CommunityConfig.cmake
    ${PROJECT_BINARY_DIR}/CommunityConfigVersion.cmake
  DESTINATION ${CMAKE_INSTALL_LIBDIR}/cmake/Community)
