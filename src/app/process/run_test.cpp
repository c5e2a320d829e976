#include "testing/async/run.hpp"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <spawn.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include <charconv>
#include <filesystem>
#include <string>
#include <vector>

#include "base/json/json.hpp"
#include "platform/http/client.hpp"
#include "testing/async/temporary_folder.hpp"

// The program itself is started, asked over HTTP, and stopped: what an operator sees.
namespace kontor::app::process::test {
namespace {

/// A running `kontor`, its log read line by line.
class Program {
 public:
  explicit Program(std::vector<std::string> arguments) {
    int ends[2];
    EXPECT_EQ(pipe2(ends, O_CLOEXEC), 0);
    log_ = ends[0];
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, ends[1], STDERR_FILENO);
    arguments.insert(arguments.begin(), KONTOR_PROGRAM);
    std::vector<char*> pointers;
    for (auto& argument : arguments) pointers.push_back(argument.data());
    pointers.push_back(nullptr);
    EXPECT_EQ(posix_spawn(&process_, KONTOR_PROGRAM, &actions, nullptr, pointers.data(), environ), 0);
    posix_spawn_file_actions_destroy(&actions);
    close(ends[1]);
  }
  ~Program() {
    if (process_ > 0) {
      kill(process_, SIGKILL);
      waitpid(process_, nullptr, 0);
    }
    close(log_);
  }
  Program(const Program&) = delete;
  Program& operator=(const Program&) = delete;

  /// Reads on until a line's message holds `text`; empty when the log ended first.
  std::string line_with(std::string_view text) {
    for (auto line = next_line(); !line.empty(); line = next_line()) {
      if (line.contains(text)) return line;
    }
    return {};
  }

  int exit_code() {
    int status = 0;
    waitpid(std::exchange(process_, -1), &status, 0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  }

  void stop() const { kill(process_, SIGTERM); }

 private:
  std::string next_line() {
    while (!rest_.contains('\n')) {
      char buffer[4096];
      const auto count = read(log_, buffer, sizeof buffer);
      if (count <= 0) return std::exchange(rest_, {});
      rest_.append(buffer, static_cast<std::size_t>(count));
    }
    const auto end = rest_.find('\n') + 1;
    auto line = rest_.substr(0, end);
    rest_.erase(0, end);
    return line;
  }

  pid_t process_ = -1;
  int log_ = -1;
  std::string rest_;
};

/// A socket as a supervisor has one, named in this process's environment for the programs that it starts.
class Supervisor {
 public:
  explicit Supervisor(const std::filesystem::path& path) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    path.string().copy(address.sun_path, sizeof address.sun_path - 1);
    EXPECT_EQ(bind(socket_, reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
    setenv("NOTIFY_SOCKET", path.c_str(), 1);
  }
  ~Supervisor() {
    unsetenv("NOTIFY_SOCKET");
    close(socket_);
  }
  Supervisor(const Supervisor&) = delete;
  Supervisor& operator=(const Supervisor&) = delete;

  std::string next() const {
    char buffer[256];
    const auto count = recv(socket_, buffer, sizeof buffer, 0);
    return count > 0 ? std::string(buffer, static_cast<std::size_t>(count)) : std::string();
  }

 private:
  int socket_ = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
};

/// Ports of the system's choice; the store and the vault in the folder.
std::vector<std::string> arguments_in(const std::filesystem::path& folder) {
  return {"run",
          "--set",
          "monitoring.listener.port=0",
          "--set",
          "listeners.public.port=0",
          "--set",
          "listeners.administration.port=0",
          "--set",
          "listeners.signaling.port=0",
          "--set",
          "store.file=" + (folder / "kontor.db").string(),
          "--set",
          "vault.folder=" + (folder / "vault").string(),
          "--set",
          "vault.master_key=" + std::string(64, 'a')};
}

/// The address in `… listener on http://127.0.0.1:34567"}`.
std::string origin_in(const std::string& line) {
  const auto begin = line.find("http://");
  return begin == std::string::npos ? "" : line.substr(begin, line.find('"', begin) - begin);
}

Task<Result<platform::http::Response>> ask(platform::async::Scope& scope, platform::async::Clock& clock,
                                           std::string url) {
  auto client = platform::http::make_client(scope, clock, {});
  if (!client) co_return fail(client.error());
  const platform::http::SendOptions options{
      .deadline = platform::async::Deadline::after(clock, std::chrono::seconds(10)),
      .trust = platform::http::Trust::configured};
  auto response = co_await (*client)->send({.target = std::move(url)}, options);
  co_await scope.close();
  co_return response;
}

platform::http::Response get(const std::string& url) {
  kontor::testing::RealLoop loop;
  platform::async::Scope scope(loop.executor());
  auto response = loop.run(ask(scope, loop.clock(), url));
  EXPECT_TRUE(response) << response.error().message();
  return response ? std::move(*response) : platform::http::Response{.status = 0};
}

}  // namespace

TEST(Process, a_process_serves_probes_and_ends_in_order_on_sigterm) {
  kontor::testing::TemporaryFolder folder;
  Program program(arguments_in(folder.path()));
  const auto origin = origin_in(program.line_with("metrics listener on"));
  ASSERT_NE(program.line_with("ready after"), "");
  for (const auto* probe : {"health", "liveness", "readiness", "startup"}) {
    const auto answer = get(origin + "/check/" + probe);
    EXPECT_EQ(answer.status, 200u) << probe;
    EXPECT_EQ(answer.headers.get("Content-Type"), "application/json");
    EXPECT_TRUE(json::parse(answer.body.text).value().at("isSystemHealthy").as_bool());
  }
  const auto metrics = get(origin + "/metrics");
  EXPECT_TRUE(
      metrics.body.text.contains("kontor_http_requests_total{route=\"check-health\",status=\"200\"} 1"));
  EXPECT_TRUE(metrics.body.text.contains("process_resident_memory_bytes"));
  EXPECT_EQ(get(origin + "/nothing").status, 404u);

  program.stop();
  EXPECT_NE(program.line_with("stopping"), "");
  EXPECT_EQ(program.exit_code(), 0);
}

TEST(Process, a_supervisor_is_told_when_the_process_is_ready_and_when_it_stops) {
  kontor::testing::TemporaryFolder folder;
  const Supervisor supervisor(folder.path() / "notify");
  Program program(arguments_in(folder.path()));
  const auto origin = origin_in(program.line_with("metrics listener on"));
  EXPECT_EQ(supervisor.next(), "READY=1");
  EXPECT_EQ(get(origin + "/check/readiness").status, 200u);
  program.stop();
  EXPECT_EQ(supervisor.next(), "STOPPING=1");
  EXPECT_EQ(program.exit_code(), 0);
}

TEST(Process, a_wrong_configuration_ends_the_process_with_code_2_and_a_line_for_each_problem) {
  Program program({"run", "--set", "listeners.public.port=70000", "--set", "http_api.wait_max=soon"});
  const auto line = program.line_with("listeners.public.port must be from 0 to 65535");
  EXPECT_TRUE(line.contains("http_api.wait_max must be a duration")) << line;
  EXPECT_EQ(program.exit_code(), 2);
}

TEST(Process, a_port_that_is_taken_ends_the_process_with_code_1_and_says_which) {
  kontor::testing::TemporaryFolder folder;
  Program first(arguments_in(folder.path()));
  const auto origin = origin_in(first.line_with("metrics listener on"));
  kontor::testing::TemporaryFolder other;
  auto arguments = arguments_in(other.path());
  arguments.insert(arguments.end(),
                   {"--set", "monitoring.listener.port=" + origin.substr(origin.rfind(':') + 1)});
  Program second(std::move(arguments));
  EXPECT_NE(second.line_with("open the metrics listener (monitoring.listener)"), "");
  EXPECT_EQ(second.exit_code(), 1);
}

}  // namespace kontor::app::process::test
