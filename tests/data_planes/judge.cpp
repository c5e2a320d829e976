#include <fmt/format.h>

#include <fstream>
#include <iostream>
#include <sstream>

#include "work.hpp"

namespace kontor::data_planes {
namespace {

constexpr auto counted_by = std::chrono::seconds(2);

std::string read(const std::filesystem::path& file) {
  std::ifstream stream(file, std::ios::binary);
  std::stringstream text;
  text << stream.rdbuf();
  return text.str();
}

class Judge {
 public:
  Judge(Place& place, History& history) : place_(place), history_(history), client_(place) {}

  Task<void> run() {
    co_await place_.pause(counted_by);
    for (const auto& each : history_.pulls) co_await no_token_is_good(each);
    for (const auto& each : history_.pushes) co_await came_to_its_end(each);
    for (const auto& [agreement, name] : history_.sources) co_await was_counted(agreement, name);
    nothing_is_half_done();
  }

 private:
  Task<void> no_token_is_good(Transfer transfer) {
    const auto fetched = co_await client_.fetch(transfer, {}, 1);
    if (fetched.status != 403)
      history_.violation(
          fmt::format("{} is over, and its token is answered {}", transfer.id, fetched.status));
  }

  /// All of it is there, and nothing else; or there is a reason that both know.
  Task<void> came_to_its_end(History::Push push) {
    const auto& here = push.transfer;
    if (here.provider.empty()) {
      if (here.state != "TERMINATED" || here.error.empty())
        history_.violation(here.id + " is " + here.state + " and nobody else's");
      co_return;
    }
    const auto there = co_await place_.over_at_provider(here);
    if (there.state != here.state || !here.ended())
      history_.violation(fmt::format("push {} is {} here ({}) and {} there ({})", here.id, here.state,
                                     here.error, there.state, there.error));
    if (here.state == "TERMINATED" && (here.error.empty() || there.error.empty()))
      history_.violation("push " + here.id + " was terminated without a reason");
    if (here.state == "COMPLETED") all_is_there(push);
  }

  void all_is_there(const History::Push& push) {
    const auto folder = inbox() / push.folder;
    std::map<std::string, std::string> wanted;
    if (push.deal.dataset == "pushed-file") {
      wanted.emplace("data", content_of(push.deal.dataset));
    } else {
      for (std::size_t i = 0; i < parts; ++i) wanted.emplace(part_name(i), part_content(i));
    }
    std::size_t there = 0;
    std::error_code nothing;
    for (const auto& each : std::filesystem::directory_iterator(folder, nothing)) {
      const auto found = wanted.find(each.path().filename().string());
      if (found == wanted.end() || found->second != read(each.path())) {
        history_.violation("push " + push.transfer.id + " left " + each.path().string());
      } else {
        ++there;
      }
    }
    if (there != wanted.size()) history_.violation("push " + push.transfer.id + " is not whole");
  }

  std::filesystem::path inbox() { return place_.globex().home->data_folder() / place_.globex().context; }

  /// Counted is no less than what came but for the last second before a kill, and no more than the source
  /// gave.
  Task<void> was_counted(std::string agreement, std::string name) {
    std::uint64_t came = 0;
    std::uint64_t may_be_lost = 0;
    const auto& home = *place_.acme().home;
    for (const auto& piece : history_.received[agreement]) {
      came += piece.bytes;
      if (history_.killed(home, piece.at, piece.at + lost_max)) may_be_lost += piece.bytes;
    }
    const auto usage = co_await place_.usage("acme", agreement);
    const auto counted = number_at(usage, "sentBytes");
    const auto given = place_.source().handed(name);
    std::cout << fmt::format(
        "  {}: {} came, {} of that within a second before a kill, {} counted, {} given\n", name, came,
        may_be_lost, counted, given);
    if (counted + may_be_lost < came || counted > given)
      history_.violation("what was counted of " + name + " is not what passed");
  }

  /// Parts of pushes that did not complete are whole, too.
  void nothing_is_half_done() {
    if (!std::filesystem::exists(inbox())) return;
    for (const auto& each : std::filesystem::recursive_directory_iterator(inbox())) {
      if (each.is_directory()) continue;
      const auto name = each.path().filename().string();
      const auto content = read(each.path());
      const bool whole = name == "data" ? content == content_of("pushed-file")
                                        : name.starts_with("part-") &&
                                              content == content_of(name).substr(0, content.size()) &&
                                              content.size() == part_content(0).size();
      if (!whole) history_.violation(each.path().string() + " is half-done");
    }
  }

  Place& place_;
  History& history_;
  Client client_;
};

}  // namespace

void judge(Place& place, History& history) {
  Judge judge(place, history);
  place.loop().run(judge.run());
}

}  // namespace kontor::data_planes
