#include "testing/postgres/postgres_server.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <grp.h>
#include <libpq-fe.h>
#include <poll.h>
#include <pwd.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <memory>
#include <sstream>
#include <vector>

#include "base/result/result.hpp"

namespace kontor::testing {
namespace {

namespace fs = std::filesystem;

constexpr int start_attempts_max = 3000;
constexpr int start_pause_milliseconds = 10;

/// The folder of `initdb` and `postgres`: KONTOR_POSTGRES_BIN, or the newest that Debian's packages have put.
std::optional<fs::path> programs() {
  if (const char* configured = std::getenv("KONTOR_POSTGRES_BIN")) return fs::path(configured);
  std::vector<std::pair<int, fs::path>> found;
  std::error_code ignored;
  for (const auto& version : fs::directory_iterator("/usr/lib/postgresql", ignored)) {
    const auto bin = version.path() / "bin";
    if (fs::exists(bin / "initdb")) found.emplace_back(std::atoi(version.path().filename().c_str()), bin);
  }
  if (found.empty()) return std::nullopt;
  return std::ranges::max(found).second;
}

/// PostgreSQL refuses to run as root.
const passwd* unprivileged_user() {
  if (::geteuid() != 0) return nullptr;
  const auto* user = ::getpwnam("postgres");
  if (!user) user = ::getpwnam("nobody");
  invariant(user != nullptr, "there is an unprivileged user to run PostgreSQL");
  return user;
}

pid_t spawn(const std::vector<std::string>& command, const fs::path& log) {
  std::vector<char*> arguments;
  for (const auto& argument : command) arguments.push_back(const_cast<char*>(argument.c_str()));
  arguments.push_back(nullptr);
  const auto* user = unprivileged_user();
  const pid_t parent = ::getpid();
  const pid_t child = ::fork();
  invariant(child >= 0, "a process can be started");
  if (child > 0) return child;
  ::setpgid(0, 0);
  const int output = ::open(log.c_str(), O_WRONLY | O_CREAT | O_APPEND, 0666);
  ::dup2(output, STDOUT_FILENO);
  ::dup2(output, STDERR_FILENO);
  if (user && (::setgroups(0, nullptr) != 0 || ::setgid(user->pw_gid) != 0 || ::setuid(user->pw_uid) != 0))
    ::_exit(126);
  ::prctl(PR_SET_PDEATHSIG, SIGQUIT);
  if (::getppid() != parent) ::_exit(125);
  ::execv(arguments[0], arguments.data());
  ::_exit(127);
}

void wait_for(pid_t process) {
  while (::waitpid(process, nullptr, 0) < 0 && errno == EINTR) {
  }
}

std::string content(const fs::path& file) {
  std::ostringstream text;
  text << std::ifstream(file).rdbuf();
  return text.str();
}

/// Ticks of a process, and of its children that have ended.   [proc(5), stat]
long ticks_of(pid_t process) {
  const auto line = content(fmt::format("/proc/{}/stat", process));
  // Behind the name, which may hold anything, come state, parent and so on: times are the 14th to 17th.
  std::istringstream fields(line.substr(std::min(line.size(), line.rfind(')') + 1)));
  constexpr int skipped = 11;
  std::string ignored;
  for (int i = 0; i < skipped; ++i) fields >> ignored;
  long sum = 0;
  long ticks = 0;
  for (int i = 0; i < 4 && fields >> ticks; ++i) sum += ticks;
  return sum;
}

struct Session {
  explicit Session(const std::string& url) : connection(PQconnectdb(url.c_str()), PQfinish) {
    invariant(PQstatus(connection.get()) == CONNECTION_OK, PQerrorMessage(connection.get()));
    PQsetNoticeProcessor(connection.get(), [](void*, const char*) {}, nullptr);
  }
  std::string run(const std::string& statements) {
    std::unique_ptr<PGresult, decltype(&PQclear)> result(PQexec(connection.get(), statements.c_str()),
                                                         PQclear);
    const auto status = PQresultStatus(result.get());
    invariant(status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK, PQerrorMessage(connection.get()));
    return PQntuples(result.get()) > 0 ? PQgetvalue(result.get(), 0, 0) : "";
  }
  std::unique_ptr<PGconn, decltype(&PQfinish)> connection;
};

}  // namespace

std::optional<std::string> PostgresServer::missing() {
  if (programs()) return std::nullopt;
  return "PostgreSQL is not installed (apt-get install postgresql-15, or set KONTOR_POSTGRES_BIN)";
}

PostgresServer::PostgresServer(PostgresOptions options) : options_(std::move(options)) {
  initialize();
  start();
  Session session(url_of("postgres", "postgres"));
  session.run(
      "CREATE ROLE kontor_owner LOGIN; CREATE ROLE kontor LOGIN NOINHERIT; CREATE ROLE kontor_system NOLOGIN;"
      "GRANT kontor_system TO kontor");
  session.run("CREATE DATABASE kontor OWNER kontor_owner");
}

PostgresServer::~PostgresServer() {
  kill();
}

void PostgresServer::initialize() {
  if (const auto* user = unprivileged_user()) {
    invariant(::chown(folder_.path().c_str(), user->pw_uid, user->pw_gid) == 0, "a folder can be given away");
  }
  const auto log = folder_.path() / "log";
  const auto data = (folder_.path() / "data").string();
  const auto initdb = spawn({(*programs() / "initdb").string(), "-D", data, "-U", "postgres", "-A", "trust",
                             "--no-sync", "-E", "UTF8", "--locale=C.UTF-8", "--wal-segsize=1"},
                            log);
  wait_for(initdb);
  std::ofstream settings(data + "/postgresql.conf", std::ios::app);
  settings << fmt::format(
      "\nlisten_addresses = '{}'\nport = {}\nunix_socket_directories = '{}'\nshared_buffers = 64MB\n"
      "max_connections = 200\nmin_wal_size = 4MB\nlogging_collector = off\nrecovery_init_sync_method = "
      "syncfs\n",
      options_.tcp_port != 0 ? "127.0.0.1" : "", port(), folder_.path().string());
  if (!options_.durable) settings << "fsync = off\nfull_page_writes = off\nsynchronous_commit = off\n";
  settings << options_.settings << "\n";
  settings.close();
  invariant(!settings.fail(), "PostgreSQL's initdb made a data folder");
}

void PostgresServer::start() {
  const auto log = folder_.path() / "log";
  const std::vector<std::string> command{(*programs() / "postgres").string(), "-D",
                                         (folder_.path() / "data").string()};
  server_ = spawn(command, log);
  const auto url = url_of("postgres", "postgres");
  for (int attempt = 0; attempt < start_attempts_max; ++attempt) {
    if (PQping(url.c_str()) == PQPING_OK) return;
    ::poll(nullptr, 0, start_pause_milliseconds);
    // It gives up when a process of the one before is not quite gone.
    if (::waitpid(server_, nullptr, WNOHANG) == server_) server_ = spawn(command, log);
  }
  invariant(false, ("PostgreSQL starts:\n" + content(log)).c_str());
}

double PostgresServer::processor_seconds() const {
  auto ticks = ticks_of(server_);
  for (const auto child : children()) ticks += ticks_of(child);
  return static_cast<double>(ticks) / static_cast<double>(::sysconf(_SC_CLK_TCK));
}

std::vector<pid_t> PostgresServer::children() const {
  std::istringstream list(content(fmt::format("/proc/{0}/task/{0}/children", server_)));
  std::vector<pid_t> all;
  for (pid_t child = 0; list >> child;) all.push_back(child);
  return all;
}

void PostgresServer::kill() {
  if (server_ <= 0) return;
  const auto processes = children();
  ::kill(server_, SIGKILL);
  for (const auto child : processes) ::kill(child, SIGKILL);
  wait_for(server_);
  server_ = -1;
}

void PostgresServer::stop() {
  if (server_ <= 0) return;
  ::kill(server_, SIGINT);
  wait_for(server_);
  server_ = -1;
}

std::string PostgresServer::url_of(std::string_view role, std::string_view database) const {
  return fmt::format("host={} port={} user={} dbname={}", folder_.path().string(), port(), role, database);
}

std::uint16_t PostgresServer::port() const {
  return options_.tcp_port != 0 ? options_.tcp_port : 5432;
}

void PostgresServer::execute(const std::string& statements) const {
  Session(admin_url()).run(statements);
}

std::shared_ptr<const void> PostgresServer::hold(const std::string& statements) const {
  auto session = std::make_shared<Session>(admin_url());
  session->run(statements);
  return session;
}

std::string PostgresServer::ask(const std::string& question) const {
  return Session(admin_url()).run(question);
}

}  // namespace kontor::testing
