#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <regex>

#include "installation/child.hpp"
#include "testing/async/temporary_folder.hpp"

namespace kontor::first_steps {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;

std::string text_of(const fs::path& file) {
  std::ifstream in(file);
  return {std::istreambuf_iterator<char>(in), {}};
}

/// What the page tells its reader to type, in order, but for the change into the folder.
std::string commands_of(const std::string& page) {
  const std::string begin = "```bash\n";
  std::string commands;
  for (auto at = page.find(begin); at != std::string::npos; at = page.find(begin, at + 1)) {
    const auto from = at + begin.size();
    commands += page.substr(from, page.find("```", from) - from);
  }
  return std::regex_replace(commands, std::regex("cd build/up\n"), "");
}

/// As ./dev up makes it, on ports of its own.
class FirstSteps : public ::testing::Test {
 protected:
  std::string elsewhere(std::string text) const {
    for (const auto& [usual, port] : ports)
      text = std::regex_replace(text, std::regex(fmt::format("(localhost(:|%3A)){}", usual)),
                                fmt::format("$01{}", port));
    return text;
  }
  void make(const std::string& name, const std::string& content) const {
    std::ofstream(folder.path() / name) << content;
  }
  int run(const std::string& script) const {
    make("steps.sh", "set -euo pipefail\n" + script);
    const auto to = folder.path().string();
    return std::system(fmt::format("cd {0} && bash steps.sh > steps.out 2>&1", to).c_str());
  }

  kontor::testing::TemporaryFolder folder;
  installation::FreePorts free;
  const std::vector<std::pair<int, int>> ports{{8080, free.take()},
                                               {8081, free.take()},
                                               {8082, free.take()},
                                               {8190, free.take()},
                                               {9090, free.take()}};
};

}  // namespace

TEST_F(FirstSteps, the_first_steps_lead_from_nothing_to_shared_data) {
  make("kontor.yaml", elsewhere(text_of("examples/one-process/kontor.yaml")));
  make("master.key", std::string(64, 'a'));
  make("admin.secret", std::string(64, 'b'));
  make("kontor.secret", std::string(64, 'c'));
  const auto listens = [&](const char* section, std::size_t i) {
    return fmt::format("{}.port={}", section, ports[i].second);
  };
  const auto start = fmt::format(
      "cd {} && exec {} run --config kontor.yaml --set {} --set {} --set {} --set {} --set {} "
      "--set endpoints.public_url=http://localhost:{} --set endpoints.administration_url=http://localhost:{} "
      "--set endpoints.signaling_url=http://localhost:{}",
      folder.path().string(), KONTOR_PROGRAM, listens("listeners.public", 0),
      listens("listeners.administration", 1), listens("listeners.signaling", 2), listens("local_access", 3),
      listens("monitoring.listener", 4), ports[0].second, ports[1].second, ports[2].second);
  installation::Child kontor({"/bin/bash", "-c", start}, folder.path() / "kontor.log");
  ASSERT_TRUE(kontor.becomes_ready(std::chrono::seconds(60))) << text_of(folder.path() / "kontor.log");
  const int code = run(elsewhere(commands_of(text_of("docs/first-steps.md"))));
  const auto said = text_of(folder.path() / "steps.out");
  ASSERT_EQ(code, 0) << said << text_of(folder.path() / "kontor.log");
  EXPECT_THAT(said, HasSubstr(R"("id":"did:web:localhost%3A)"));
  EXPECT_THAT(said, HasSubstr("code,name\nSE,Sweden\n"));
  EXPECT_THAT(said.substr(said.find("SE,Sweden")), HasSubstr("enough"));
}

}  // namespace kontor::first_steps
