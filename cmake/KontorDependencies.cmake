# Third-party libraries, each behind one target. A module names what it uses after LIBRARIES; the allow-list of
# heavy includes in tools/lint/ says which module may.
set(CMAKE_THREAD_PREFER_PTHREAD TRUE)
set(THREADS_PREFER_PTHREAD_FLAG TRUE)
find_package(Threads REQUIRED)
find_package(Boost 1.81 REQUIRED COMPONENTS json)
find_package(OpenSSL 3 REQUIRED)
find_package(SQLite3 REQUIRED)
find_package(PostgreSQL REQUIRED)
find_package(ZLIB REQUIRED)
find_package(fmt REQUIRED)
find_package(yaml-cpp REQUIRED)
find_package(CLI11 REQUIRED)
find_package(mimalloc 2.0 REQUIRED)
find_package(GTest REQUIRED)
find_path(RE2_INCLUDE re2/re2.h REQUIRED)
find_library(RE2_LIBRARY re2 REQUIRED)

# Boost.Asio and Boost.Beast are compiled once (platform/async, platform/http). Every source must see the same macros,
# those of linking included: precompiled headers are shared between modules.
add_compile_definitions(BOOST_ASIO_SEPARATE_COMPILATION BOOST_BEAST_SEPARATE_COMPILATION BOOST_ASIO_NO_DEPRECATED
                        BOOST_ALL_NO_LIB)
foreach(library Boost::json Boost::container fmt::fmt)
  get_target_property(definitions ${library} INTERFACE_COMPILE_DEFINITIONS)
  add_compile_definitions(${definitions})
endforeach()
add_library(kontor_boost INTERFACE)
target_link_libraries(kontor_boost INTERFACE Boost::boost Threads::Threads)
add_library(kontor_re2 INTERFACE)
target_include_directories(kontor_re2 SYSTEM INTERFACE ${RE2_INCLUDE})
target_link_libraries(kontor_re2 INTERFACE ${RE2_LIBRARY} Threads::Threads)
