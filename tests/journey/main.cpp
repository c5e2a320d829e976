#include <fmt/format.h>

#include <chrono>
#include <filesystem>
#include <iostream>
#include <string>

#include "app/arguments/syntax.hpp"
#include "installation/dataspace.hpp"
#include "steps.hpp"

namespace kontor::journey {
namespace {

constexpr int steps_of_the_journey = 13;

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
    {8, "Push", push},
    {9, "Stream", stream},
    {10, "Refusals", refusals},
    {11, "Independence", independence},
    {12, "Durability", durability},
    {13, "Edge", edge},
};

struct Row {
  const Step* step;
  double milliseconds;
  std::size_t messages;
};

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
}

int run(const std::filesystem::path& program, bool keep, bool on_postgres) {
  installation::Dataspace dataspace(
      {.program = program, .on_postgres = on_postgres, .separate_fabric = true});
  std::cout << "data and logs: " << dataspace.folder().string() << "\n";
  const bool well = walk(dataspace.world());
  if (keep && well) {
    keep_running(dataspace.world());
    dataspace.let_go();
  } else if (well) {
    dataspace.forget();
  }
  return well ? 0 : 1;
}

}  // namespace
}  // namespace kontor::journey

int main(int count, char** arguments) {
  bool keep = false;
  std::string store = "sqlite";
  auto program = std::filesystem::canonical(arguments[0]).parent_path() / "../../kontor";
  kontor::app::arguments::Syntax line(
      {.text =
           "Walks companies of two installations from onboarding to shared data and verifies each step."});
  line.flag(keep, {"--keep", "leave everything running and print the addresses and a token"});
  line.option(store, {.name = "--store",
                      .meaning = "of both installations",
                      .shows_default = true,
                      .one_of = {"sqlite", "postgres"}});
  line.option(program, {.name = "--kontor", .meaning = "the program", .existing_file = true});
  if (const auto code = line.read(count, arguments)) return *code;
  try {
    return kontor::journey::run(std::filesystem::canonical(program), keep, store == "postgres");
  } catch (const kontor::installation::Failed& failure) {
    std::cout << "the journey could not begin: " << failure.why << "\n";
    return 1;
  }
}
