#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <set>
#include <sstream>
#include <thread>

#include "installation/child.hpp"
#include "testing/async/temporary_folder.hpp"

/// The package as an author has it: installed, found, linked, and planes over it held against the protocol.

namespace kontor::sdk_test {
namespace {

namespace fs = std::filesystem;

std::string text_of(const fs::path& file) {
  std::ifstream in(file);
  return {std::istreambuf_iterator<char>(in), {}};
}

std::set<std::string> words_of(const std::string& text) {
  std::istringstream in(text);
  return {std::istream_iterator<std::string>(in), {}};
}

struct InstalledSdk : ::testing::Test {
  testing::TemporaryFolder folder;
  const fs::path prefix = folder.path() / "prefix";
  const fs::path log = folder.path() / "log";
  const fs::path source = fs::current_path() / "examples/data-planes";

  /// What the command printed; a failure of the test when it fails.
  std::string run(const std::string& command) {
    const int code = std::system((command + " > " + log.string() + " 2>&1").c_str());
    const auto output = text_of(log);
    EXPECT_EQ(code, 0) << command << "\n" << output;
    return output;
  }
  void install() {
    run(KONTOR_CMAKE " --install " KONTOR_BUILD " --component dataplane-sdk --prefix " + prefix.string());
  }
  /// Builds both examples and returns the folder of the programs.
  fs::path build() {
    const auto to = folder.path() / "build";
    run(KONTOR_CMAKE " -G Ninja -S " + source.string() + " -B " + to.string() +
        " -DCMAKE_PREFIX_PATH=" + prefix.string() +
        " -DCMAKE_C_COMPILER=" KONTOR_C_COMPILER " -DCMAKE_CXX_COMPILER=" KONTOR_CXX_COMPILER
        " '-DCMAKE_EXE_LINKER_FLAGS=" KONTOR_EXAMPLE_LINKER_FLAGS
        "'"
        " '-DCMAKE_C_FLAGS=-Wall -Wextra " KONTOR_EXAMPLE_FLAGS
        "' '-DCMAKE_CXX_FLAGS=-Wall -Wextra " KONTOR_EXAMPLE_FLAGS "'");
    run(KONTOR_CMAKE " --build " + to.string());
    return to;
  }
  /// A plane as a process of its own, once it serves.
  installation::Child start(std::vector<std::string> command) {
    const auto says = folder.path() / (fs::path(command.front()).filename().string() + ".log");
    installation::Child child(std::move(command), says);
    for (int i = 0; i < 1000 && child.running() && !text_of(says).contains("serving at"); ++i) {
      std::this_thread::sleep_for(std::chrono::milliseconds(20));
    }
    EXPECT_TRUE(text_of(says).contains("serving at")) << text_of(says);
    return child;
  }
  std::string try_plane(int port, int callbacks, const std::string& more) {
    return run(KONTOR_PROGRAM " conformance data-plane http://127.0.0.1:" + std::to_string(port) +
               " --context default --token secret --port " + std::to_string(callbacks) + " " + more);
  }
};

}  // namespace

TEST_F(InstalledSdk, the_library_exports_what_its_header_declares_and_nothing_else) {
  std::set<std::string> declared;
  std::istringstream header(text_of("src/dataplane/sdk/include/kontor/dataplane_sdk.h"));
  for (std::string line; std::getline(header, line);) {
    if (!line.starts_with("KONTOR_API")) continue;
    const auto name = line.substr(0, line.find('('));
    declared.insert(name.substr(name.find_last_of(" *") + 1));
  }
  EXPECT_GT(declared.size(), 20u);
  auto exported = words_of(
      run("nm -D --defined-only --format=just-symbols --without-symbol-versions " KONTOR_SDK_LIBRARY));
  std::erase_if(exported, [](const std::string& each) { return each.starts_with("KONTOR_DATAPLANE_SDK_"); });
  EXPECT_EQ(exported, declared);
  EXPECT_TRUE(run("readelf -d " KONTOR_SDK_LIBRARY).contains("soname: [libkontor_dataplane_sdk.so.1]"));
}

TEST_F(InstalledSdk, the_header_is_c99_and_c11_and_cpp17) {
  for (const std::string standard : {"c99", "c11"}) {
    run(KONTOR_C_COMPILER " -std=" + standard +
        " -pedantic -Wall -Wextra -Werror -fsyntax-only -x c "
        "src/dataplane/sdk/include/kontor/dataplane_sdk.h");
  }
  run(KONTOR_CXX_COMPILER
      " -std=c++17 -pedantic -Wall -Wextra -Werror -fsyntax-only -x c++ /dev/null -include "
      "src/dataplane/sdk/include/kontor/dataplane_sdk.hpp");
}

TEST_F(InstalledSdk, the_examples_pass_the_conformance_command_over_what_is_installed) {
  install();
  const auto programs = build();
  const auto ports = installation::free_ports(6);
  const auto callbacks = [&](std::size_t at) { return "http://127.0.0.1:" + std::to_string(ports[at]); };
  fs::create_directory(folder.path() / "csv");
  std::ofstream(folder.path() / "csv/stations.csv") << "id,name\n1,Visby\n";

  const auto csv =
      start({(programs / "csv-source").string(), std::to_string(ports[0]), std::to_string(ports[4]),
             (folder.path() / "s1").string(), (folder.path() / "csv").string(), callbacks(1), "secret"});
  const auto of_csv = try_plane(ports[0], ports[1], "--profile Csv-PULL --side provider --dataset stations");
  EXPECT_TRUE(of_csv.contains("9 passed, 0 failed")) << of_csv;
  const auto csv_log = text_of(folder.path() / "csv-source.log");
  EXPECT_TRUE(csv_log.starts_with("csv-source: {")) << "its author takes the log: " << csv_log;

  const auto sensor =
      start({(programs / "sensor-stream").string(), std::to_string(ports[2]), std::to_string(ports[5]),
             (folder.path() / "s2").string(), callbacks(3), "secret"});
  const auto of_sensor = try_plane(ports[2], ports[3], "--profile Sensor-PULL");
  EXPECT_TRUE(of_sensor.contains(", 0 failed")) << of_sensor;
}

TEST_F(InstalledSdk, an_example_is_linked_by_what_pkg_config_says) {
  install();
  const auto where = "PKG_CONFIG_PATH=" + (prefix / "lib/pkgconfig").string();
  const auto flags = run(where + " pkg-config --cflags --libs kontor-dataplane-sdk");
  const auto program = folder.path() / "sensor";
  run(KONTOR_C_COMPILER " -std=gnu99 " KONTOR_EXAMPLE_FLAGS " -o " + program.string() + " " +
      (source / "sensor_stream/sensor_stream.c").string() + " " + flags.substr(0, flags.find('\n')) +
      " -lm -lpthread " KONTOR_EXAMPLE_LINKER_FLAGS " -Wl,-rpath," + (prefix / "lib").string());
  EXPECT_NE(std::system((program.string() + " 2> " + log.string()).c_str()), 0);
  EXPECT_TRUE(text_of(log).contains("CALLBACKS")) << text_of(log);
}

}  // namespace kontor::sdk_test
