# A folder under src/ is a module: one library, one test program, one line in src/README.md.
#
#   kontor_module(DEPENDS base/result base/json LIBRARIES fmt::fmt [TEST_DEPENDS testing/async] [TEST_LIBRARIES …])
#
# The module's name is its path below src/. Sources are *.cpp of the folder and of internal/; *_test.cpp become the
# program kontor_<layer>_<module>_tests. A module sees the headers of what it DEPENDS on and nothing else: each module
# exports an include folder that holds only itself. Dependencies point down; kontor_check_layers() refuses the rest.

set(KONTOR_INCLUDE_ROOT ${CMAKE_BINARY_DIR}/include)

function(kontor_module_name out path)
  string(REPLACE "/" "_" name ${path})
  set(${out} kontor_${name} PARENT_SCOPE)
endfunction()

function(kontor_export_includes out module)
  set(root ${KONTOR_INCLUDE_ROOT}/${module})
  get_filename_component(parent ${root}/${module} DIRECTORY)
  file(MAKE_DIRECTORY ${parent})
  file(CREATE_LINK ${CMAKE_SOURCE_DIR}/src/${module} ${root}/${module} SYMBOLIC)
  set(${out} ${root} PARENT_SCOPE)
endfunction()

function(kontor_module)
  cmake_parse_arguments(ARG "" "" "DEPENDS;LIBRARIES;PRIVATE_LIBRARIES;TEST_DEPENDS;TEST_LIBRARIES" ${ARGN})
  if(ARG_UNPARSED_ARGUMENTS)
    message(FATAL_ERROR "kontor_module: unknown arguments ${ARG_UNPARSED_ARGUMENTS} in ${CMAKE_CURRENT_SOURCE_DIR}")
  endif()
  file(RELATIVE_PATH module ${CMAKE_SOURCE_DIR}/src ${CMAKE_CURRENT_SOURCE_DIR})
  kontor_module_name(target ${module})
  kontor_export_includes(includes ${module})
  file(GLOB sources CONFIGURE_DEPENDS *.cpp internal/*.cpp)
  set(tests ${sources})
  list(FILTER sources EXCLUDE REGEX "_(test|fuzz)\\.cpp$")
  list(FILTER tests INCLUDE REGEX "_test\\.cpp$")

  set(dependencies "")
  foreach(dependency IN LISTS ARG_DEPENDS)
    kontor_module_name(name ${dependency})
    list(APPEND dependencies ${name})
  endforeach()
  set_property(GLOBAL APPEND PROPERTY KONTOR_MODULES ${module})
  set_property(GLOBAL PROPERTY KONTOR_DEPENDS_${module} ${ARG_DEPENDS})

  if(sources)
    add_library(${target} STATIC ${sources})
    target_include_directories(${target} PUBLIC ${includes})
    target_link_libraries(${target} PUBLIC ${dependencies} ${ARG_LIBRARIES} PRIVATE ${ARG_PRIVATE_LIBRARIES})
  else()
    add_library(${target} INTERFACE)
    target_include_directories(${target} INTERFACE ${includes})
    target_link_libraries(${target} INTERFACE ${dependencies} ${ARG_LIBRARIES})
  endif()

  if(tests)
    kontor_tests(${target}_tests ${module} SOURCES ${tests} DEPENDS ${module} ${ARG_TEST_DEPENDS}
                 LIBRARIES ${ARG_TEST_LIBRARIES})
  endif()
endfunction()

# A GoogleTest program over `DEPENDS`, known to ctest under its module's name.
function(kontor_tests target name)
  cmake_parse_arguments(ARG "" "" "SOURCES;DEPENDS;LIBRARIES" ${ARGN})
  set(dependencies "")
  foreach(dependency IN LISTS ARG_DEPENDS)
    kontor_module_name(module_target ${dependency})
    list(APPEND dependencies ${module_target})
  endforeach()
  add_executable(${target} ${ARG_SOURCES})
  target_link_libraries(${target} PRIVATE ${dependencies} ${ARG_LIBRARIES} GTest::gtest_main GTest::gmock)
  # GoogleTest's macros trip these; product code keeps them.
  target_compile_options(${target} PRIVATE -Wno-switch-enum -Wno-shadow)
  target_compile_definitions(${target} PRIVATE KONTOR_SOURCE_DIR="${CMAKE_SOURCE_DIR}")
  add_test(NAME ${name} COMMAND ${target})
  set_property(GLOBAL APPEND PROPERTY KONTOR_TESTS "${name} $<TARGET_FILE:${target}>")
endfunction()

# BUILD/tests.txt: the name and the program of every test, for ./dev test.
function(kontor_write_test_list)
  get_property(tests GLOBAL PROPERTY KONTOR_TESTS)
  list(JOIN tests "\n" lines)
  file(GENERATE OUTPUT ${CMAKE_BINARY_DIR}/tests.txt CONTENT "${lines}\n")
endfunction()

# Ranks of the layers: a module may depend on a lower rank, or on its own layer. domain and platform share a rank
# and do not see each other; neither do the four planes. `testing` may see all and is seen by tests only.
function(kontor_rank out layer)
  set(base 0)
  set(protocol 1)
  set(domain 2)
  set(platform 2)
  set(fabric 3)
  set(runtime 3)
  set(dataplane 3)
  set(portal 3)
  set(app 4)
  set(testing 5)
  if(NOT DEFINED ${layer})
    message(FATAL_ERROR "src/${layer} is no layer of this architecture (docs/architecture.md)")
  endif()
  set(${out} ${${layer}} PARENT_SCOPE)
endfunction()

function(kontor_check_layers)
  get_property(modules GLOBAL PROPERTY KONTOR_MODULES)
  foreach(module IN LISTS modules)
    string(REGEX REPLACE "/.*" "" layer ${module})
    kontor_rank(rank ${layer})
    get_property(dependencies GLOBAL PROPERTY KONTOR_DEPENDS_${module})
    foreach(dependency IN LISTS dependencies)
      if(NOT dependency IN_LIST modules)
        message(FATAL_ERROR "${module} depends on ${dependency}, which is no module")
      endif()
      string(REGEX REPLACE "/.*" "" below ${dependency})
      kontor_rank(below_rank ${below})
      if(NOT layer STREQUAL below AND NOT below_rank LESS rank)
        message(FATAL_ERROR "${module} must not depend on ${dependency}: dependencies point down only "
                            "(app -> planes -> domain, platform -> protocol -> base)")
      endif()
    endforeach()
  endforeach()
endfunction()
