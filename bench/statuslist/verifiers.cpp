#include "verifiers.hpp"

#include <fmt/format.h>

#include <utility>

#include "protocol/vc/status_list.hpp"

namespace kontor::bench {

namespace vc = protocol::vc;

namespace {

/// What the issuer tells readers by itself.
constexpr auto max_age = std::chrono::seconds(10);

}  // namespace

Verifiers::Verifiers(installation::Driver& driver, std::string url, std::size_t count)
    : driver_(driver), url_(std::move(url)), readers_(count), scope_(driver.loop().executor()) {}

Verifiers::~Verifiers() {
  driver_.loop().run(scope_.close());
}

void Verifiers::start() {
  for (std::size_t i = 0; i < readers_.size(); ++i) scope_.spawn(read_on(i));
}

Task<void> Verifiers::read_on(std::size_t number) {
  auto& clock = driver_.loop().clock();
  const auto offset =
      Duration(max_age) * static_cast<std::int64_t>(number) / static_cast<std::int64_t>(readers_.size());
  auto waited = co_await clock.wait_until(clock.now() + offset);
  while (waited) {
    co_await read(readers_[number]);
    waited = co_await clock.wait_until(clock.now() + max_age);
  }
}

Task<void> Verifiers::read(Reader& reader) {
  installation::Request request{.url = url_};
  if (!reader.tag.empty()) request.headers.emplace("If-None-Match", reader.tag);
  auto answer = co_await driver_.ask(std::move(request));
  if (!answer) {
    // Whoever is broken off was not refused.
    if (answer.error().code != ErrorCode::cancelled) failure_ = answer.error().message();
    co_return;
  }
  served_.bytes += answer->body.size();
  if (answer->status == 304) {
    ++served_.unchanged;
  } else if (answer->status == 200) {
    ++served_.whole;
    reader.tag = answer->headers["ETag"];
    list_ = std::move(answer->body);
  } else {
    failure_ = fmt::format("the status list was answered {}", answer->status);
  }
}

Served Verifiers::stop() {
  driver_.loop().run(scope_.close());
  installation::verify(failure_.empty(), failure_);
  return std::exchange(served_, {});
}

Task<void> Verifiers::read_all_once() {
  platform::async::Scope scope(driver_.loop().executor());
  for (auto& each : readers_) {
    each.tag.clear();
    scope.spawn(read(each));
  }
  co_await scope.drain();
}

Served Verifiers::read_all() {
  driver_.loop().run(read_all_once());
  installation::verify(failure_.empty(), failure_);
  return std::exchange(served_, {});
}

std::size_t Verifiers::marked() const {
  const auto credential = vc::parse_credential(list_);
  installation::verify(credential.has_value(), "what is published is no credential");
  const auto list = vc::read_status_list(credential->credential);
  installation::verify(list.has_value(), "what is published is no status list");
  return list->bits.count();
}

}  // namespace kontor::bench
