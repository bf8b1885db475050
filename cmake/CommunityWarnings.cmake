# SPDX-License-Identifier: MIT
# How every C target of the project is compiled. Call it once for each target.
function(cmty_compile_settings target)
  set_target_properties(${target} PROPERTIES
    C_STANDARD 11 C_STANDARD_REQUIRED ON C_EXTENSIONS OFF C_VISIBILITY_PRESET hidden)
  # Contracted multiply-adds would give different answers on different processors.
  target_compile_options(${target} PRIVATE -ffp-contract=off
    -Wall -Wextra -Wpedantic -Wconversion -Wshadow -Wstrict-prototypes -Wmissing-prototypes
    -Wvla -Wundef -Wformat=2 -Wwrite-strings)
  if(CMTY_WERROR)
    target_compile_options(${target} PRIVATE -Werror)
  endif()
  if(CMTY_SANITIZE)
    target_compile_options(${target} PRIVATE -fsanitize=${CMTY_SANITIZE} -fno-omit-frame-pointer
      -fno-sanitize-recover=all)
    target_link_options(${target} PRIVATE -fsanitize=${CMTY_SANITIZE})
  endif()
endfunction()
