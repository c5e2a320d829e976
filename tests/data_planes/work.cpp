#include "work.hpp"

#include <fmt/format.h>

#include <fstream>

#include "base/crypto/hash.hpp"

namespace kontor::data_planes {

namespace {

constexpr int fetches = 3;
constexpr std::uint64_t stream_bytes = 400'000;
constexpr auto stream_ends_within = std::chrono::seconds(30);
constexpr auto refused_within = std::chrono::seconds(30);
constexpr auto try_again = std::chrono::milliseconds(30);

}  // namespace

bool History::killed(const Installation& home, Instant from, Instant until) const {
  for (const auto& each : kills) {
    if (each.home == &home && each.at <= until && each.up_again >= from) return true;
  }
  return false;
}

std::string part_name(std::size_t number) {
  return fmt::format("part-{}", number);
}
std::string part_content(std::size_t number) {
  return content_of(part_name(number)).substr(0, 400'000);
}

void write_parts(Place& place) {
  const auto out = place.acme().home->data_folder() / place.acme().context / "out";
  std::filesystem::create_directories(out);
  for (std::size_t i = 0; i < parts; ++i)
    std::ofstream(out / part_name(i), std::ios::binary) << part_content(i);
}

Work::Work(Place& place, History& history)
    : place_(place), history_(history), client_(place), scope_(place.loop().executor()) {}

Work::~Work() {
  place_.loop().run(scope_.close());
}

void Work::prepare() {
  write_parts(place_);
  for (int i = 0; i < 3; ++i)
    errands_.emplace_back(&Work::pull, place_.deal_of_source("file", fmt::format("pulled-{}", i)));
  for (int i = 0; i < 2; ++i)
    errands_.emplace_back(&Work::follow, place_.deal_of_source("stream", fmt::format("followed-{}", i)));
  errands_.emplace_back(
      &Work::have_pushed,
      place_.deal("pushed-folder", R"({"@type":"DataAddress","type":"File","path":"out"})"));
  errands_.emplace_back(&Work::have_pushed, place_.deal_of_source("file", "pushed-file"));
  for (const auto& [errand, deal] : errands_) {
    if (errand != &Work::have_pushed) history_.sources.emplace(deal.shared, deal.dataset);
  }
}

void Work::start() {
  for (const auto& [errand, deal] : errands_) scope_.spawn(repeat(errand, deal));
}

Task<void> Work::finish() {
  finishing_ = true;
  co_await scope_.drain();
}

Task<void> Work::repeat(Errand errand, Deal deal) {
  while (!finishing_ && !scope_.closing()) {
    try {
      co_await (this->*errand)(deal);
    } catch (const installation::Failed& failed) {
      history_.violation(deal.dataset + ": " + failed.why);
      co_return;
    }
  }
}

Task<std::optional<Transfer>> Work::running(Deal deal) {
  const auto opened = co_await place_.open(std::move(deal));
  auto transfer = co_await place_.rested(opened.id);
  if (transfer.state == "STARTED") co_return transfer;
  if (transfer.error.empty()) history_.violation(transfer.id + " is " + transfer.state + " without a reason");
  co_return std::nullopt;
}

Task<void> Work::pull(Deal deal) {
  auto transfer = co_await running(deal);
  if (!transfer) co_return;
  for (int i = 0; i < fetches; ++i) co_await fetch_once(deal, *transfer);
  co_await end(std::move(*transfer));
}

Client::OnPiece Work::note_pieces(const Deal& deal) {
  return [this, shared = deal.shared](std::size_t bytes) {
    history_.received[shared].push_back({place_.loop().clock().now(), bytes});
  };
}

bool Work::acme_was_killed(Instant since) const {
  return history_.killed(*place_.acme().home, since, place_.loop().clock().now());
}

Task<void> Work::fetch_once(Deal deal, Transfer transfer) {
  const auto begun = place_.loop().clock().now();
  const auto fetched = co_await client_.fetch(transfer, note_pieces(deal));
  ++(fetched.whole && fetched.status == 200 ? history_.whole : history_.broken);
  if (fetched.status == 403 || fetched.status == 401)
    history_.violation(transfer.id + " runs, and its token is refused");
  const bool well = fetched.status == 200 && fetched.whole;
  if (!well && !acme_was_killed(begun))
    history_.violation(fmt::format("{}: {} and {} bytes, though nobody was killed", transfer.id,
                                   fetched.status, fetched.bytes));
  if (well && fetched.sha256 != crypto::sha256_hex(content_of(deal.dataset)))
    history_.violation(transfer.id + " gave other data than the source has");
  if (!well) co_await place_.pause(try_again);
}

Task<void> Work::follow(Deal deal) {
  auto transfer = co_await running(deal);
  if (!transfer) co_return;
  const auto begun = place_.loop().clock().now();
  const auto note = note_pieces(deal);
  auto stream = co_await client_.stream(*transfer);
  std::uint64_t bytes = 0;
  while (stream && bytes < stream_bytes) {
    auto piece = co_await stream->read();
    const bool over = !piece || piece->empty();
    if (over && !acme_was_killed(begun))
      history_.violation(transfer->id + " broke off, though nobody was killed");
    if (over) break;
    bytes += piece->size();
    note(piece->size());
  }
  if (bytes < stream_bytes) ++history_.broken;
  co_await place_.terminate(transfer->id);
  const auto deadline = async::Deadline::after(place_.loop().clock(), stream_ends_within);
  while (stream && bytes >= stream_bytes && !deadline.passed(place_.loop().clock())) {
    auto piece = co_await stream->read();
    if (!piece || piece->empty()) break;
    note(piece->size());
  }
  if (deadline.passed(place_.loop().clock()))
    history_.violation(transfer->id + " was ended, and its stream goes on");
  stream.reset();
  co_await end(std::move(*transfer));
}

Task<void> Work::end(Transfer transfer) {
  auto now = co_await place_.look(transfer.id);
  if (now.state != "TERMINATED" && now.state != "TERMINATING") co_await place_.terminate(transfer.id);
  now = co_await place_.over(transfer.id);
  const auto there = co_await place_.over_at_provider(transfer);
  for (const auto& each : {now, there}) {
    if (each.state != "TERMINATED" || each.error.empty())
      history_.violation(each.id + " was terminated and is " + each.state + ": " + each.error);
  }
  co_await expect_refused(transfer);
  history_.pulls.push_back(std::move(transfer));
}

/// A plane that is away hears of the end when it is back.
Task<void> Work::expect_refused(Transfer transfer) {
  const auto deadline = async::Deadline::after(place_.loop().clock(), refused_within);
  while (!deadline.passed(place_.loop().clock())) {
    const auto fetched = co_await client_.fetch(transfer, {}, 1);
    if (fetched.status == 403) co_return;
    if (fetched.status == 200) ++history_.served_on;
    co_await place_.pause(try_again);
  }
  history_.violation(transfer.id + " is over, and its token is good");
}

Task<void> Work::have_pushed(Deal deal) {
  History::Push push{.transfer = {},
                     .deal = deal,
                     .folder = fmt::format("in/{}", folders_++),
                     .begun = place_.loop().clock().now(),
                     .ended = {}};
  const auto opened = co_await place_.open(std::move(deal), push.folder);
  push.transfer = co_await place_.over(opened.id);
  push.ended = place_.loop().clock().now();
  history_.pushes.push_back(std::move(push));
}

}  // namespace kontor::data_planes
