#include "harness/nginx.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <fstream>
#include <vector>

#include "installation/driver.hpp"

namespace kontor::bench {
namespace {

constexpr auto program = "/usr/sbin/nginx";

std::vector<std::string> command(const std::filesystem::path& folder, const std::string& http) {
  installation::verify(std::filesystem::exists(program), "there is no nginx: ./dev setup installs it");
  std::filesystem::create_directories(folder / "tmp");
  std::filesystem::permissions(folder, std::filesystem::perms::all);
  const auto config = folder / "nginx.conf";
  std::ofstream(config) << fmt::format(
      "daemon off; pid {0}/nginx.pid; error_log {0}/error.log; master_process off;{1}\n"
      "worker_rlimit_nofile 16384; events {{ worker_connections 16000; }}\n"
      "http {{ access_log off; client_body_temp_path {0}/tmp/a; proxy_temp_path {0}/tmp/b; fastcgi_temp_path "
      "{0}/tmp/c;\n"
      "uwsgi_temp_path {0}/tmp/d; scgi_temp_path {0}/tmp/e;\n{2}}}\n",
      folder.string(), geteuid() == 0 ? " user root;" : "", http);
  return {program, "-c", config.string(), "-p", folder.string()};
}

}  // namespace

Nginx::Nginx(const std::filesystem::path& folder, const std::string& http)
    : process_(command(folder, http), folder / "nginx.log") {}

std::string source_servers(const std::filesystem::path& folder, int port, std::uint64_t large_bytes) {
  std::filesystem::create_directories(folder);
  const auto file = folder / "large";
  std::ofstream(file).flush();
  std::filesystem::resize_file(file, large_bytes);
  return fmt::format(
      "keepalive_requests 100000000; sendfile on; tcp_nopush on; default_type application/octet-stream;\n"
      "server {{ listen 127.0.0.1:{0} backlog=4096; root {1};\n"
      "location = /small {{ return 200 \"{2}\"; }}\n"
      "location = /auth {{ return 204; }}\n"
      "location = /paced {{ try_files /large =404; limit_rate 16k; }} }}\n",
      port, folder.string(), std::string(200, 'x'));
}

}  // namespace kontor::bench
