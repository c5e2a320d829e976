#include "traffic.hpp"

namespace kontor::crash {

using installation::Answer;
using installation::Request;

namespace {

constexpr auto down_max = std::chrono::minutes(1);
constexpr auto wait_each = std::chrono::seconds(5);
constexpr int attempts_max = 300;

/// A text of an answer; empty when it is not there.
std::string text_of(const json::Value& value, std::string_view key) {
  const auto* member = json::find(value, key);
  const auto* text = member ? member->if_string() : nullptr;
  return text ? std::string(*text) : std::string();
}

std::optional<json::Value> parsed(const Answer& answer) {
  auto value = json::parse(answer.body, {.bytes_max = 1024 * 1024});
  if (!value) return std::nullopt;
  return std::move(*value);
}

/// Somebody stands before a process that begins or ends: nothing was acknowledged.
bool unanswered(const Result<Answer>& answer) {
  return !answer || answer->status == 502 || answer->status == 503 || answer->status == 504;
}

bool at_rest(std::string_view state) {
  return state == "FINALIZED" || state == "STARTED" || state == "TERMINATED" || state == "COMPLETED";
}

}  // namespace

void Availability::set_up(const installation::Installation& home) {
  down_.erase(&home);
  changed_.notify();
}

Task<bool> Availability::await(const installation::Installation& home) {
  const auto deadline = platform::async::Deadline::after(loop_.clock(), down_max);
  auto ticket = changed_.ticket();
  while (!up(home)) {
    const bool notified = co_await changed_.wait(ticket, deadline);
    if (!notified) co_return false;
    ticket = changed_.ticket();
  }
  co_return true;
}

Traffic::Traffic(installation::World& world, Availability& availability, Ledger& ledger, json::Value offer)
    : world_(world),
      availability_(availability),
      ledger_(ledger),
      offer_(std::move(offer)),
      scope_(world.driver.loop().executor()) {}

Traffic::~Traffic() = default;

void Traffic::start(std::size_t workers) {
  for (std::size_t i = 0; i < workers; ++i) {
    scope_.spawn(work(i % 2 == 0 ? "globex" : "initech", i % 4 < 2));
  }
}

Task<void> Traffic::finish() {
  finishing_ = true;
  co_await scope_.drain();
}

Task<void> Traffic::work(std::string name, bool ends_transfers) {
  while (!finishing_) {
    auto agreement = co_await negotiate(name);
    if (agreement.empty()) continue;
    auto transfer = co_await fetch(name, std::move(agreement));
    if (!transfer.empty() && ends_transfers) co_await terminate(name, std::move(transfer));
  }
}

Task<std::string> Traffic::negotiate(std::string name) {
  auto id = co_await open(name, "contractnegotiations", negotiation_body(world_, dataset, offer_));
  if (id.empty()) co_return std::string();
  ledger_.negotiations.emplace(id, name);
  auto ended = co_await settled(name, "contractnegotiations/" + id);
  co_return ended ? text_of(*ended, "contractAgreementId") : std::string();
}

Task<std::string> Traffic::fetch(std::string name, std::string agreement) {
  auto id = co_await open(name, "transferprocesses", transfer_body(world_, agreement));
  if (id.empty()) co_return std::string();
  ledger_.transfers.emplace(id, name);
  auto process = co_await settled(name, "transferprocesses/" + id);
  if (!process || text_of(*process, "state") != "STARTED") co_return std::string();
  ledger_.started.insert(id);
  co_return id;
}

Task<void> Traffic::terminate(std::string name, std::string transfer) {
  const auto& company = world_.company(name);
  auto answer =
      co_await world_.driver.ask({.method = "POST",
                                  .url = management(company, "transferprocesses/" + transfer + "/terminate"),
                                  .token = company.token,
                                  .body = std::string("{") + installation::management_context +
                                          R"(,"@type":"TerminateTransfer","reason":"enough"})"});
  if (unanswered(answer)) {
    ++ledger_.unanswered;
    co_return;
  }
  if (answer->status == 204) {
    ledger_.terminated.insert(std::move(transfer));
  } else {
    problem("the end of transfer " + transfer, *answer);
  }
}

Task<std::string> Traffic::open(std::string name, std::string path, std::string body) {
  const auto& company = world_.company(name);
  auto answer = co_await world_.driver.ask(
      {.method = "POST", .url = management(company, path), .token = company.token, .body = std::move(body)});
  if (unanswered(answer)) {
    ++ledger_.unanswered;
    const bool back = co_await availability_.await(*company.home);
    if (!back) ledger_.problems.push_back("an installation did not come back");
    co_return std::string();
  }
  auto value = answer->status == 200 ? parsed(*answer) : std::nullopt;
  if (!value) problem(path, *answer);
  co_return value ? text_of(*value, "@id") : std::string();
}

Task<std::optional<json::Value>> Traffic::settled(std::string name, std::string path) {
  const auto& company = world_.company(name);
  for (int attempt = 0; attempt < attempts_max; ++attempt) {
    auto answer = co_await world_.driver.ask(
        {.url = management(company, path), .token = company.token, .wait = wait_each});
    if (unanswered(answer)) {
      const bool back = co_await availability_.await(*company.home);
      if (!back) break;
      continue;
    }
    auto value = answer->status == 200 ? parsed(*answer) : std::nullopt;
    if (!value) {
      problem(path, *answer);
      co_return std::nullopt;
    }
    if (at_rest(text_of(*value, "state"))) co_return value;
  }
  ledger_.problems.push_back(path + " of " + name + " never came to rest");
  co_return std::nullopt;
}

void Traffic::problem(const std::string& what, const Answer& answer) {
  ledger_.problems.push_back(what + " was answered " + std::to_string(answer.status) + ": " +
                             answer.body.substr(0, 400));
}

}  // namespace kontor::crash
