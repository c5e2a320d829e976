# Precompiled headers, one a layer, of the standard library and of what the layer may see; tests add GoogleTest.
#
# Made by a rule of our own instead of target_precompile_headers(): CMake's names its files by absolute path, so ccache
# never finds them again in another clone. Here nothing but system headers goes in and every path is relative to the
# build folder (Ninja's working directory), so the precompiled header is the same file in every clone, and ccache
# serves it and all that use it (docs/decisions/0008-precompiled-headers-by-our-own-rule.md). Headers are forced in one
# by one over a system header that is always there: a header of ours would bring the clone's path in.
option(KONTOR_PRECOMPILED "Use precompiled headers" ON)
if(NOT CMAKE_CXX_COMPILER_ID STREQUAL "Clang")
  set(KONTOR_PRECOMPILED OFF)
endif()

set(KONTOR_PRECOMPILED_pure string string_view vector array map set optional variant memory functional algorithm utility
    expected span chrono charconv cstdint fmt/format.h boost/json/value.hpp)
set(KONTOR_PRECOMPILED_platform ${KONTOR_PRECOMPILED_pure} unordered_map list deque mutex boost/asio/awaitable.hpp
    boost/asio/this_coro.hpp)
set(KONTOR_PRECOMPILED_pure_tests ${KONTOR_PRECOMPILED_pure} gtest/gtest.h)
set(KONTOR_PRECOMPILED_platform_tests ${KONTOR_PRECOMPILED_platform} gtest/gtest.h)

function(kontor_add_precompiled name)
  string(TOUPPER ${CMAKE_BUILD_TYPE} type)
  separate_arguments(flags UNIX_COMMAND
                     "${CMAKE_CXX_FLAGS} ${CMAKE_CXX_FLAGS_${type}} ${CMAKE_CXX23_STANDARD_COMPILE_OPTION}")
  get_directory_property(options COMPILE_OPTIONS)
  get_directory_property(definitions COMPILE_DEFINITIONS)
  if(name MATCHES "_tests$")
    list(APPEND definitions GTEST_HAS_PTHREAD=1)  # as the target GTest::gtest defines it
  endif()
  list(TRANSFORM definitions PREPEND -D)
  set(forced "")
  foreach(header IN LISTS KONTOR_PRECOMPILED_${name})
    list(APPEND forced -include ${header})
  endforeach()
  file(MAKE_DIRECTORY ${CMAKE_BINARY_DIR}/pch)
  add_custom_command(
    OUTPUT pch/${name}.pch
    COMMAND ${CMAKE_CXX_COMPILER_LAUNCHER} ${CMAKE_CXX_COMPILER} ${definitions} ${flags} ${options}
            -fpch-instantiate-templates -Xclang -fno-pch-timestamp ${forced}
            -MD -MT pch/${name}.pch -MF pch/${name}.pch.d -x c++-header -c /usr/include/stdc-predef.h -o pch/${name}.pch
    WORKING_DIRECTORY ${CMAKE_BINARY_DIR}
    DEPFILE pch/${name}.pch.d
    COMMENT "Precompiling headers: ${name}"
    VERBATIM)
  add_custom_target(kontor_pch_${name} DEPENDS pch/${name}.pch)
endfunction()

if(KONTOR_PRECOMPILED)
  foreach(name pure platform pure_tests platform_tests)
    kontor_add_precompiled(${name})
  endforeach()
endif()

# kontor_use_precompiled(TARGET MODULE [tests])
function(kontor_use_precompiled target module)
  if(NOT KONTOR_PRECOMPILED)
    return()
  endif()
  set(name platform)
  # testing/table serves tests of domain alone, app/arguments stands on nothing.
  if(module MATCHES "^(base|protocol|domain)/|^(testing/table|app/arguments)$")
    set(name pure)
  endif()
  if(ARGN)
    string(APPEND name _tests)
  endif()
  target_compile_options(${target} PRIVATE -Winvalid-pch "SHELL:-Xclang -fno-pch-timestamp"
                         "SHELL:-include-pch pch/${name}.pch")
  add_dependencies(${target} kontor_pch_${name})
  get_target_property(sources ${target} SOURCES)
  set_property(SOURCE ${sources} APPEND PROPERTY OBJECT_DEPENDS ${CMAKE_BINARY_DIR}/pch/${name}.pch)
endfunction()
