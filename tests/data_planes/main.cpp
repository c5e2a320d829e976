#include <fmt/format.h>

#include <cstdlib>
#include <iostream>

#include "app/arguments/syntax.hpp"
#include "crash/verdict.hpp"
#include "testing/async/seeded_random.hpp"
#include "work.hpp"

namespace kontor::data_planes {
namespace {

struct Options {
  std::filesystem::path program;
  std::string store = "sqlite";
  std::size_t kills = 20;
  std::uint64_t seed = 7;
};

/// Long enough for data to be counted between two kills; on a store that replicas may share, an end waits for
/// who was killed before.
constexpr auto alive_max = std::chrono::milliseconds(2500);
constexpr auto alive_max_on_postgres = std::chrono::milliseconds(7000);
/// Long enough for an end to come while the plane is away.
constexpr auto away_max = std::chrono::milliseconds(600);

/// `kill -9` of one data plane or both, at random instants.
class Killer {
 public:
  Killer(Place& place, History& history, const Options& options)
      : place_(place),
        history_(history),
        random_(options.seed),
        times_(options.kills),
        alive_max_(options.store == "postgres" ? alive_max_on_postgres : alive_max) {}

  Task<Result<void>> run() {
    while (history_.kills.size() < times_) {
      co_await place_.pause(drawn(alive_max_));
      const auto who = random_.below(5);
      std::vector<Installation*> victims;
      if (who < 4) victims.push_back(&place_.world().a);
      if (who > 2) victims.push_back(&place_.world().b);
      const auto first = history_.kills.size();
      for (auto* each : victims) {
        each->kill_data_plane();
        history_.kills.push_back({each, place_.loop().clock().now(), Instant::max()});
      }
      if (random_.below(2) == 0) co_await place_.pause(drawn(away_max));
      for (auto* each : victims) each->start_data_plane();
      for (std::size_t i = 0; i < victims.size(); ++i) {
        bool ready = false;
        co_await waiting_.run([&] { ready = victims[i]->data_plane_becomes_ready(); });
        if (!ready)
          co_return fail(ErrorCode::unavailable, "a data plane did not start again:\n{}",
                         victims[i]->end_of_log());
        history_.kills[first + i].up_again = place_.loop().clock().now();
      }
    }
    co_return Result<void>{};
  }

 private:
  Duration drawn(Duration longest) {
    return Duration(static_cast<std::int64_t>(random_.below(static_cast<std::uint64_t>(longest.count()))));
  }

  Place& place_;
  History& history_;
  testing::SeededRandom random_;
  std::size_t times_;
  Duration alive_max_;
  async::Offload waiting_{1};  ///< for a process to be ready
};

void print(const Options& options, const History& history) {
  std::uint64_t bytes = 0;
  for (const auto& [agreement, pieces] : history.received) {
    for (const auto& piece : pieces) bytes += piece.bytes;
  }
  std::size_t completed = 0;
  for (const auto& each : history.pushes) completed += each.transfer.state == "COMPLETED" ? 1 : 0;
  std::cout << fmt::format(
      "data planes killed {} times on {}, seed {}\n"
      "{} pulls and streams ended, {} bytes came, {} answers whole, {} broken off; {} pushes, {} of them "
      "completed; "
      "{} answers between an end and the plane's hearing of it\n",
      history.kills.size(), options.store, options.seed, history.pulls.size(), bytes, history.whole,
      history.broken, history.pushes.size(), completed, history.served_on);
  for (const auto& each : history.violations) std::cout << "VIOLATION " << each << "\n";
}

/// Nothing is wrong, and enough happened to say so.
bool well(const History& history) {
  bool pushed = false;
  for (const auto& each : history.pushes) pushed |= each.transfer.state == "COMPLETED";
  return history.violations.empty() && history.whole > 0 && history.broken > 0 && pushed;
}

bool run(const Options& options) {
  std::cout << fmt::format("seed {}\n", options.seed);
  Place place({.program = options.program, .on_postgres = options.store == "postgres"});
  std::cout << "data and logs: " << place.dataspace().folder().string() << "\n";
  History history;
  {
    Work work(place, history);
    work.prepare();
    work.start();
    Killer killer(place, history, options);
    auto killed = place.loop().run(killer.run());
    if (!killed) history.violation(killed.error().message());
    place.loop().run(work.finish());
  }
  judge(place, history);
  crash::Verdict verdict;
  crash::judge_stores(place.dataspace(), crash::Rest::complete, verdict);
  for (auto& each : verdict.violations) history.violation(std::move(each));
  print(options, history);
  if (!well(history)) return false;
  place.dataspace().forget();
  return true;
}

}  // namespace
}  // namespace kontor::data_planes

int main(int count, char** arguments) {
  kontor::data_planes::Options options;
  options.program = std::filesystem::canonical("/proc/self/exe").parent_path() / "../../kontor";
  kontor::app::arguments::Syntax line(
      {.text = "Kills data planes at random instants while data are pulled, followed and pushed; afterwards "
               "no token "
               "outlives its flow, what was counted is what came, and what was pushed is whole."});
  line.option(options.program, {.name = "--kontor", .meaning = "the program"});
  line.option(
      options.store,
      {.name = "--store", .meaning = "sqlite or postgres, both durable", .one_of = {"sqlite", "postgres"}});
  line.option(options.kills, {.name = "--kills", .meaning = "how often a data plane is killed"});
  line.option(options.seed, {.name = "--seed", .meaning = "who is killed and when"});
  if (const auto code = line.read(count, arguments)) return *code;
  try {
    return kontor::data_planes::run(options) ? 0 : 1;
  } catch (const kontor::installation::Failed& failure) {
    std::cout << "the crash test could not begin or end: " << failure.why << "\n";
    return 1;
  }
}
