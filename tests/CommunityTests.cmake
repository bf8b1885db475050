# SPDX-License-Identifier: MIT
# Helpers that declare tests. A test program exits 0 when all passed and 77 when it was skipped;
# a part that cannot run prints one line "SKIP: why", which ./dev test counts.
#
#   cmty_unit_test(name [source...])    links the objects, may include any room
#   cmty_api_test(name [source...])     links the shared library, sees include/community only
#   cmty_fault_test(name [source...])   the same, with label fault
#   cmty_script_test(name command...)   runs a command; LABEL replaces the label "script"
#
# No source means name.c. Options for all: TIMEOUT seconds, SLOW, LIBS target... (first three).

# Unit and API tests run a second time, as name_comma, under a locale that writes 0,5: the host may
# have chosen one. It is compiled here, so that no machine has to have it.
find_program(CMTY_LOCALEDEF localedef)
if(CMTY_LOCALEDEF)
  set(locale ${PROJECT_BINARY_DIR}/locale/de_DE.UTF-8)
  add_custom_command(OUTPUT ${locale}/LC_NUMERIC
    COMMAND ${CMAKE_COMMAND} -E make_directory ${PROJECT_BINARY_DIR}/locale
    COMMAND ${CMTY_LOCALEDEF} -i de_DE -f UTF-8 ${locale}
    COMMENT "Compiling a comma-decimal locale" VERBATIM)
  add_custom_target(test_locale ALL DEPENDS ${locale}/LC_NUMERIC)
endif()

function(cmty__test_settings name label timeout slow threads)
  set(labels ${label})
  if(threads)
    list(APPEND labels threads)
  endif()
  if(slow)
    list(APPEND labels slow)
  endif()
  if(CMTY_SANITIZE) # the sanitizers cost about this much
    math(EXPR timeout "${timeout} * 5")
  endif()
  # Each runs in a folder of its own, so that none meets another's files.
  set(folder ${PROJECT_BINARY_DIR}/tests/run/${name})
  file(MAKE_DIRECTORY ${folder})
  set(environment CMTY_SOURCE_DIR=${PROJECT_SOURCE_DIR} CMTY_BINARY_DIR=${PROJECT_BINARY_DIR}
    CK_TIMEOUT_MULTIPLIER=10) # the limit of one test is ctest's affair
  set_tests_properties(${name} PROPERTIES
    LABELS "${labels}" TIMEOUT ${timeout} SKIP_RETURN_CODE 77 WORKING_DIRECTORY ${folder}
    ENVIRONMENT "${environment}")
endfunction()

function(cmty__comma_test name timeout)
  add_test(NAME ${name}_comma COMMAND ${name})
  cmty__test_settings(${name}_comma locale ${timeout} "" "")
  set_property(TEST ${name}_comma APPEND PROPERTY ENVIRONMENT
    "CMTY_TEST_LOCALE=de_DE.UTF-8" "LOCPATH=${PROJECT_BINARY_DIR}/locale")
endfunction()

function(cmty__program_test name label timeout)
  cmake_parse_arguments(PARSE_ARGV 3 arg "SLOW" "TIMEOUT" "USES;LIBS")
  if(NOT arg_TIMEOUT)
    set(arg_TIMEOUT ${timeout})
  endif()
  set(sources ${arg_UNPARSED_ARGUMENTS})
  if(NOT sources)
    set(sources ${name}.c)
  endif()
  add_executable(${name} ${sources})
  cmty_compile_settings(${name})
  set_target_properties(${name} PROPERTIES
    RUNTIME_OUTPUT_DIRECTORY ${PROJECT_BINARY_DIR}/tests/bin)
  # Test code may assume POSIX and, unlike the library, may call any libc function.
  target_compile_definitions(${name} PRIVATE _POSIX_C_SOURCE=200809L
    CMTY_TEST_SOURCE_DIR="${PROJECT_SOURCE_DIR}" CMTY_TEST_BINARY_DIR="${PROJECT_BINARY_DIR}")
  target_link_libraries(${name} PRIVATE ${arg_USES} PkgConfig::check Threads::Threads m ${arg_LIBS})
  add_test(NAME ${name} COMMAND ${name})
  # Only what starts threads can race: the thread sanitizer runs the label "threads".
  list(GET sources 0 main)
  file(STRINGS ${main} threads REGEX "pthread_create|thrd_create" LIMIT_COUNT 1)
  cmty__test_settings(${name} ${label} ${arg_TIMEOUT} "${arg_SLOW}" "${threads}")
  if(NOT label STREQUAL "fault" AND NOT arg_SLOW AND NOT CMTY_SANITIZE)
    cmty__comma_test(${name} ${arg_TIMEOUT})
  endif()
endfunction()

function(cmty_unit_test name)
  cmty__program_test(${name} unit 60 ${ARGN} USES cmty_objects)
endfunction()

function(cmty_api_test name)
  cmty__program_test(${name} api 60 ${ARGN} USES Community::community)
endfunction()

function(cmty_fault_test name)
  cmty__program_test(${name} fault 300 ${ARGN} USES Community::community)
endfunction()

function(cmty_script_test name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "SLOW" "TIMEOUT;LABEL" "")
  if(NOT arg_TIMEOUT)
    set(arg_TIMEOUT 300)
  endif()
  if(NOT arg_LABEL)
    set(arg_LABEL script)
  endif()
  add_test(NAME ${name} COMMAND ${arg_UNPARSED_ARGUMENTS})
  cmty__test_settings(${name} ${arg_LABEL} ${arg_TIMEOUT} "${arg_SLOW}" "")
endfunction()
