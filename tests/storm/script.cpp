#include "script.hpp"

#include <fmt/format.h>

#include <iostream>

namespace kontor::storm {

using crash::text_of;

namespace {

constexpr std::size_t told_every = 100;

std::string termination() {
  return std::string("{") + installation::management_context +
         R"(,"@type":"TerminateNegotiation","reason":"the script says so"})";
}

}  // namespace

Script::Script(installation::World& world, Availability& availability, Ledger& ledger, json::Value offer,
               std::uint64_t seed, Length length)
    : world_(world),
      ledger_(ledger),
      customer_(world, availability, ledger),
      offer_(std::move(offer)),
      random_(seed),
      length_(length),
      progress_(world.driver.loop().executor(), world.driver.loop().clock()),
      scope_(world.driver.loop().executor()) {}

Script::~Script() = default;

void Script::start() {
  working_ = length_.workers;
  for (std::size_t i = 0; i < length_.workers; ++i) scope_.spawn(work(i % 2 == 0 ? "globex" : "initech"));
}

Task<bool> Script::reaches(std::size_t settled) {
  auto ticket = progress_.ticket();
  while (settled_ < settled && !ended()) {
    const bool notified = co_await progress_.wait(ticket, platform::async::Deadline::never());
    if (!notified) break;
    ticket = progress_.ticket();
  }
  co_return settled_ >= settled;
}

Task<void> Script::work(std::string name) {
  while (begun_ < length_.negotiations && !scope_.closing()) {
    ++begun_;
    co_await negotiate(name);
  }
  --working_;
  progress_.notify();
}

Task<void> Script::negotiate(std::string name) {
  auto id = co_await customer_.open(name, "contractnegotiations", negotiation_body(world_, dataset, offer_));
  if (id.empty()) {
    --begun_;  // another takes its place
    co_return;
  }
  ledger_.negotiations.emplace(id, name);
  if (random_.below(10) == 0) co_await terminate(name, id);
  auto ended = co_await customer_.settled(name, "contractnegotiations/" + id);
  static_cast<void>(ended);
  ++settled_;
  if (settled_ % told_every == 0)
    std::cout << fmt::format("  {} of {} negotiations\n", settled_, length_.negotiations) << std::flush;
  progress_.notify();
}

Task<void> Script::terminate(std::string name, std::string id) {
  std::string theirs;
  if (random_.below(2) == 0) theirs = co_await provider_id(id);
  const auto who = theirs.empty() ? name : std::string("acme");
  const auto path = "contractnegotiations/" + (theirs.empty() ? id : theirs) + "/terminate";
  auto answer = co_await customer_.post(who, path, termination());
  if (!answer) {
    endings_.unanswered.insert(id);
  } else if (answer->status == 204) {
    endings_.acknowledged.insert(id);
  } else if (answer->status == 409) {
    endings_.too_late.insert(id);
  } else {
    customer_.problem(path, *answer);
  }
}

Task<std::string> Script::provider_id(std::string consumer_id) {
  auto answer = co_await customer_.post(
      "acme", "contractnegotiations/request",
      fmt::format(R"({{{},"@type":"QuerySpec","filterExpression":[{{"@type":"Criterion",)"
                  R"("operandLeft":"correlationId","operator":"=","operandRight":"{}"}}]}})",
                  installation::management_context, consumer_id));
  if (!answer || answer->status != 200) co_return std::string();
  const auto list = answer->json();
  co_return list.as_array().empty() ? std::string() : text_of(list.as_array().front(), "@id");
}

}  // namespace kontor::storm
