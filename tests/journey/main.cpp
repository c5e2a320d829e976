#include <fmt/format.h>
#include <unistd.h>

#include <chrono>
#include <cstdlib>
#include <fstream>
#include <iostream>

#include "testing/postgres/postgres_server.hpp"
#include "world.hpp"

namespace kontor::journey {
namespace {

constexpr int steps_of_the_journey = 10;

struct Step {
  int number;
  const char* title;
  std::string (*run)(World&);
};

constexpr Step steps[] = {
    {1, "Ready", ready},
    {2, "Governance", governance},
    {3, "Onboarding", onboarding},
    {4, "Publishing", publishing},
    {5, "Discovery", discovery},
    {6, "Agreement", agreement},
    {7, "Transfer", transfer},
    {8, "Refusals", refusals},
    {9, "Independence", independence},
    {10, "Durability", durability},
};

struct Row {
  const Step* step;
  double milliseconds;
  std::size_t messages;
};

/// nginx with the files of the iso-codes and tzdata packages.
Child serve_files(const std::filesystem::path& folder, int port, const std::filesystem::path& files) {
  std::filesystem::create_directories(files);
  std::filesystem::create_directories(folder / "tmp");
  for (const char* name : {"iso_3166-1.json", "iso_639-3.json"}) {
    std::filesystem::copy_file(std::filesystem::path("/usr/share/iso-codes/json") / name, files / name);
  }
  std::filesystem::copy_file("/usr/share/zoneinfo/tzdata.zi", files / "tzdata.zi");
  std::filesystem::permissions(folder, std::filesystem::perms::all);
  const auto config = folder / "nginx.conf";
  std::ofstream(config) << fmt::format(
      "daemon off; pid {0}/nginx.pid; error_log {0}/error.log; worker_processes 1;{3}\n"
      "events {{ worker_connections 256; }}\n"
      "http {{ access_log off; client_body_temp_path {0}/tmp/a; proxy_temp_path {0}/tmp/b; fastcgi_temp_path "
      "{0}/tmp/c;\n"
      "uwsgi_temp_path {0}/tmp/d; scgi_temp_path {0}/tmp/e;\n"
      "server {{ listen 127.0.0.1:{1}; location / {{ root {2}; }} }} }}\n",
      folder.string(), port, files.string(), geteuid() == 0 ? " user root;" : "");
  return Child({"/usr/sbin/nginx", "-c", config.string(), "-p", folder.string()}, folder / "nginx.log");
}

void print(const std::vector<Row>& rows, bool well) {
  std::cout << "\nstep              time      messages\n";
  for (const auto& row : rows) {
    std::cout << fmt::format("{:>2} {:<12} {:>7.0f} ms {:>9}\n", row.step->number, row.step->title,
                             row.milliseconds, row.messages);
  }
  std::cout << fmt::format("steps present: {} of {}\n", std::size(steps), steps_of_the_journey);
  std::cout << fmt::format("journey: {} of {} steps verified\n", well ? rows.size() : rows.size() - 1,
                           std::size(steps));
}

bool walk(World& world) {
  std::vector<Row> rows;
  for (const auto& step : steps) {
    const auto begin = std::chrono::steady_clock::now();
    const auto before = world.driver.messages();
    std::string verified;
    bool well = true;
    try {
      verified = step.run(world);
    } catch (const Failed& failure) {
      verified = "FAILED: " + failure.why;
      well = false;
    }
    const std::chrono::duration<double, std::milli> took = std::chrono::steady_clock::now() - begin;
    rows.push_back({&step, took.count(), world.driver.messages() - before});
    std::cout << fmt::format("{:>2} {:<12} {:>7.0f} ms  {}\n", step.number, step.title, took.count(),
                             verified)
              << std::flush;
    if (!well) {
      print(rows, false);
      return false;
    }
  }
  print(rows, true);
  return true;
}

void keep_running(World& world) {
  std::cout << "\nEverything keeps running. The installations:\n";
  for (const auto* each : {&world.a, &world.b}) {
    std::cout << fmt::format("  public {}   administration {}   metrics {}/metrics\n", each->public_url(),
                             each->administration_url(), each->metrics_url());
  }
  std::cout << "A token of Globex's administrator, for the administration of installation B:\n  "
            << world.company("globex").token << "\n";
  world.a.let_go();
  world.b.let_go();
}

int run(const std::filesystem::path& program, bool keep, bool on_postgres) {
  char name[] = "/tmp/kontor-journey-XXXXXX";
  const std::filesystem::path folder = mkdtemp(name);
  std::cout << "data and logs: " << folder.string() << "\n";
  const auto certificates = make_certificates(folder / "ca");
  const auto ports = free_ports(3);
  const auto files = folder / "files";
  auto source = serve_files(folder, ports[2], files);
  std::unique_ptr<testing::PostgresServer> postgres;
  if (on_postgres)
    postgres = std::make_unique<testing::PostgresServer>(testing::PostgresOptions{.durable = true});
  Driver driver(certificates.authority.string());
  const auto authority_a = fmt::format("127.0.0.1:{}", ports[0]);
  const auto issuer = fmt::format("did:web:127.0.0.1%3A{}:{}", ports[0], issuer_context);
  Installation a(
      {program, folder / "a", postgres.get()}, ports[0],
      {.name = "a", .separate_fabric = true, .issuer_did = issuer, .plain_http_authority = authority_a},
      certificates);
  Installation b({program, folder / "b", postgres.get()}, ports[1],
                 {.name = "b",
                  .https = true,
                  .issuer_did = issuer,
                  .plain_http_authority = authority_a,
                  .issuer_administration_url = a.administration_url()},
                 certificates);
  World world{driver, a, b, fmt::format("http://127.0.0.1:{}", ports[2]), files};
  const bool well = walk(world);
  if (keep && well) {
    keep_running(world);
    source.let_go();
  } else if (well) {
    std::filesystem::remove_all(folder);
  }
  return well ? 0 : 1;
}

}  // namespace
}  // namespace kontor::journey

int main(int count, char** arguments) {
  bool keep = false;
  bool on_postgres = false;
  auto program = std::filesystem::canonical(arguments[0]).parent_path() / "../../kontor";
  for (int i = 1; i < count; ++i) {
    const std::string argument = arguments[i];
    if (argument == "--keep") {
      keep = true;
    } else if (argument == "--store" && i + 1 < count) {
      on_postgres = std::string(arguments[++i]) == "postgres";
    } else if (argument == "--kontor" && i + 1 < count) {
      program = arguments[++i];
    } else {
      std::cout
          << "usage: kontor-journey [--keep] [--store sqlite|postgres] [--kontor PROGRAM]\n"
             "Walks companies of two installations from onboarding to shared data and verifies each step.\n"
             "--keep leaves everything running and prints the addresses and a token.\n";
      return argument == "--help" ? 0 : 2;
    }
  }
  try {
    return kontor::journey::run(std::filesystem::canonical(program), keep, on_postgres);
  } catch (const kontor::journey::Failed& failure) {
    std::cout << "the journey could not begin: " << failure.why << "\n";
    return 1;
  }
}
