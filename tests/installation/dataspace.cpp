#include "installation/dataspace.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <cstdlib>
#include <fstream>

namespace kontor::installation {
namespace {

/// nginx with the files of the iso-codes and tzdata packages; one process, so that nothing of it outlives us.
std::unique_ptr<Child> serve_files(const std::filesystem::path& folder, int port,
                                   const std::filesystem::path& files) {
  std::filesystem::create_directories(files);
  std::filesystem::create_directories(folder / "tmp");
  for (const char* name : {"iso_3166-1.json", "iso_639-3.json"}) {
    std::filesystem::copy_file(std::filesystem::path("/usr/share/iso-codes/json") / name, files / name);
  }
  std::filesystem::copy_file("/usr/share/zoneinfo/tzdata.zi", files / "tzdata.zi");
  std::filesystem::permissions(folder, std::filesystem::perms::all);
  const auto config = folder / "nginx.conf";
  std::ofstream(config) << fmt::format(
      "daemon off; pid {0}/nginx.pid; error_log {0}/error.log; master_process off;{3}\n"
      "events {{ worker_connections 256; }}\n"
      "http {{ access_log off; client_body_temp_path {0}/tmp/a; proxy_temp_path {0}/tmp/b; fastcgi_temp_path "
      "{0}/tmp/c;\n"
      "uwsgi_temp_path {0}/tmp/d; scgi_temp_path {0}/tmp/e;\n"
      "server {{ listen 127.0.0.1:{1}; location / {{ root {2}; }} }} }}\n",
      folder.string(), port, files.string(), geteuid() == 0 ? " user root;" : "");
  return std::make_unique<Child>(
      std::vector<std::string>{"/usr/sbin/nginx", "-c", config.string(), "-p", folder.string()},
      folder / "nginx.log");
}

std::filesystem::path new_folder() {
  char name[] = "/tmp/kontor-dataspace-XXXXXX";
  verify(mkdtemp(name) != nullptr, "a folder for data and logs cannot be made");
  return name;
}

}  // namespace

Dataspace::Dataspace(const Options& options) : folder_(new_folder()) {
  const auto program = std::filesystem::canonical(options.program);
  const auto certificates = make_certificates(folder_ / "ca");
  FreePorts ports;
  const auto port_a = ports.take();
  const auto port_b = ports.take();
  const auto source_port = ports.take();
  const auto files = folder_ / "files";
  source_ = serve_files(folder_, source_port, files);
  if (options.on_postgres)
    postgres_ = std::make_unique<testing::PostgresServer>(testing::PostgresOptions{.durable = true});
  driver_ = std::make_unique<Driver>(certificates.authority.string());
  const auto authority_a = fmt::format("127.0.0.1:{}", port_a);
  const auto issuer = fmt::format("did:web:127.0.0.1%3A{}:{}", port_a, issuer_context);
  Installation::Plan plan{.name = "a",
                          .separate_fabric = options.separate_fabric || options.replicas > 1,
                          .separate_data_plane = options.separate_data_planes,
                          .behind_doors = options.behind_doors,
                          .replicas = options.replicas,
                          .issuer_did = issuer,
                          .plain_http_authority = authority_a,
                          .settings = options.settings,
                          .data_plane_settings = options.data_plane_settings};
  a_ = std::make_unique<Installation>(Place{program, folder_ / "a", postgres_.get()}, port_a, plan,
                                      certificates, ports);
  plan.name = "b";
  plan.https = true;
  plan.separate_fabric = options.replicas > 1;
  plan.issuer_administration_url = a_->administration_url();
  b_ = std::make_unique<Installation>(Place{program, folder_ / "b", postgres_.get()}, port_b, std::move(plan),
                                      certificates, ports);
  world_ =
      std::make_unique<World>(*driver_, *a_, *b_, fmt::format("http://127.0.0.1:{}", source_port), files);
  world_->program = program;
}

Dataspace::~Dataspace() {
  world_.reset();
  b_.reset();
  a_.reset();
  source_.reset();
  postgres_.reset();
  std::error_code ignored;
  if (forget_) std::filesystem::remove_all(folder_, ignored);
}

void Dataspace::let_go() {
  a_->let_go();
  b_->let_go();
  source_->let_go();
}

}  // namespace kontor::installation
