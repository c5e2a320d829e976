# The compiler, its warnings and its sanitizers. Clang 19 is required: GCC 12 miscompiles coroutines
# (docs/decisions/0002-clang-19-compiles-kontor.md).
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND CMAKE_CXX_COMPILER_VERSION VERSION_LESS 14)
  message(FATAL_ERROR "GCC ${CMAKE_CXX_COMPILER_VERSION} miscompiles coroutines. Use Clang 19: ./dev setup, then ./dev build.")
endif()

set(CMAKE_CXX_STANDARD 23)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_CXX_SCAN_FOR_MODULES OFF)

set(KONTOR_SANITIZE "" CACHE STRING "Sanitizers, as in -fsanitize= (address,undefined or thread)")
option(KONTOR_FUZZ "Build the libFuzzer targets" OFF)

# Compiled objects are shared between clones: ccache sees paths relative to the tree, and so does debug information.
find_program(KONTOR_CCACHE ccache)
if(KONTOR_CCACHE)
  set(launcher ${CMAKE_COMMAND} -E env CCACHE_BASEDIR=${CMAKE_SOURCE_DIR} CCACHE_NOHASHDIR=1
      CCACHE_SLOPPINESS=pch_defines,time_macros ${KONTOR_CCACHE})
  set(CMAKE_CXX_COMPILER_LAUNCHER ${launcher})
  set(CMAKE_C_COMPILER_LAUNCHER ${launcher})
endif()
file(RELATIVE_PATH up ${CMAKE_BINARY_DIR} ${CMAKE_SOURCE_DIR})
add_compile_options(-ffile-compilation-dir=. -ffile-prefix-map=${up}= -ffile-prefix-map=${CMAKE_SOURCE_DIR}/=)

set(CMAKE_C_FLAGS_DEBUG "-O0 -g1")
set(CMAKE_CXX_FLAGS_DEBUG "-O0 -g1")
set(CMAKE_C_FLAGS_RELEASE "-O2 -g1")
set(CMAKE_CXX_FLAGS_RELEASE "-O2 -g1")
add_compile_options(-Wall -Wextra -Wpedantic -Werror -Wswitch-enum -Wshadow -Wconversion -Wno-sign-conversion
                    -Wno-missing-field-initializers -fno-omit-frame-pointer -ffunction-sections -fdata-sections)
# A broken precondition of the library stops the process instead of reading what is not there: `error()` of a result that
# holds a value, an index beyond the end. In every build: assertions of our own stay on in release too.
add_compile_definitions(_GLIBCXX_ASSERTIONS)
add_link_options(-fuse-ld=lld-19 -Wl,--gc-sections)
if(CMAKE_BUILD_TYPE STREQUAL "Release")
  add_link_options(-Wl,--icf=safe)
endif()

# An archive names its objects instead of holding a second copy of each. Nothing of it is installed.
foreach(language C CXX)
  set(CMAKE_${language}_ARCHIVE_CREATE "<CMAKE_AR> qcT <TARGET> <LINK_FLAGS> <OBJECTS>")
  set(CMAKE_${language}_ARCHIVE_APPEND "<CMAKE_AR> qT <TARGET> <LINK_FLAGS> <OBJECTS>")
endforeach()

if(KONTOR_SANITIZE)
  add_compile_options(-fsanitize=${KONTOR_SANITIZE} -fno-sanitize-recover=all)
  # A hundred programs, each with most of the tree: a third smaller, and linked in the same time.
  add_link_options(-fsanitize=${KONTOR_SANITIZE} -Wl,--compress-debug-sections=zstd
                   $<$<STREQUAL:$<TARGET_PROPERTY:TYPE>,EXECUTABLE>:-no-pie>)
  # Recycled coroutine frames would hide a use after free.
  add_compile_definitions(BOOST_ASIO_DISABLE_AWAITABLE_FRAME_RECYCLING)
endif()

if(KONTOR_FUZZ)
  add_compile_options(-fsanitize=fuzzer-no-link)
endif()
