#include "customer.hpp"

namespace kontor::crash {

using installation::Answer;

namespace {

constexpr auto wait_each = std::chrono::seconds(5);
constexpr int attempts_max = 300;

std::optional<json::Value> parsed(const Answer& answer) {
  auto value = json::parse(answer.body, {.bytes_max = 1024 * 1024});
  if (!value) return std::nullopt;
  return std::move(*value);
}

}  // namespace

bool unanswered(const Result<Answer>& answer) {
  return !answer || answer->status == 502 || answer->status == 503 || answer->status == 504;
}

void note_problem(Ledger& ledger, const std::string& what, const Answer& answer) {
  ledger.problems.push_back(what + " was answered " + std::to_string(answer.status) + ": " +
                            answer.body.substr(0, 400));
}

std::string text_of(const json::Value& value, std::string_view key) {
  const auto* member = json::find(value, key);
  const auto* text = member ? member->if_string() : nullptr;
  return text ? std::string(*text) : std::string();
}

bool at_rest(std::string_view state) {
  return state == "FINALIZED" || state == "STARTED" || state == "TERMINATED" || state == "COMPLETED";
}

Task<std::string> Customer::open(std::string name, std::string path, std::string body) {
  auto answer = co_await post(name, path, std::move(body));
  if (!answer) {
    const bool back = co_await availability_.await(*world_.company(name).home);
    if (!back) ledger_.problems.push_back("an installation did not come back");
    co_return std::string();
  }
  auto value = answer->status == 200 ? parsed(*answer) : std::nullopt;
  if (!value) problem(path, *answer);
  co_return value ? text_of(*value, "@id") : std::string();
}

Task<std::optional<json::Value>> Customer::settled(std::string name, std::string path) {
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

Task<std::optional<Answer>> Customer::post(std::string name, std::string path, std::string body) {
  const auto& company = world_.company(name);
  auto answer = co_await world_.driver.ask(
      {.method = "POST", .url = management(company, path), .token = company.token, .body = std::move(body)});
  if (unanswered(answer)) {
    ++ledger_.unanswered;
    co_return std::nullopt;
  }
  co_return std::move(*answer);
}

}  // namespace kontor::crash
