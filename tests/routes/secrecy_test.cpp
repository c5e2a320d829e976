#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <set>

#include "app/foundation/sealed_members.hpp"
#include "asking.hpp"
#include "secrets_world.hpp"

// What is secret or personal, and where it must not stand: in answers, in what is observed of the process,
// and in its store.
namespace kontor::routes_test {
namespace {

class Secrecy : public ::testing::TestWithParam<Store> {
 protected:
  void SetUp() override {
    if (GetParam() == Store::postgres && testing::PostgresServer::missing())
      GTEST_SKIP() << *testing::PostgresServer::missing();
  }

  /// Made once for each store.
  SecretsWorld& made() {
    if (GetParam() == Store::sqlite) {
      static SecretsWorld on_sqlite(nullptr);
      return on_sqlite;
    }
    static testing::PostgresServer server;
    static SecretsWorld on_postgres(&server);
    return on_postgres;
  }
  Installation& installation() { return made().world().installation(); }
};

/// Whether something in the text looks like a signed token: three parts, of which the first is an object.
bool holds_a_token(std::string_view text) {
  for (auto at = text.find("eyJ"); at != std::string_view::npos; at = text.find("eyJ", at + 1)) {
    const auto rest = text.substr(at);
    const auto end =
        rest.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.");
    const auto word = rest.substr(0, end);
    if (word.size() > 60 && std::ranges::count(word, '.') == 2) return true;
  }
  return false;
}

/// The first of the secrets that stands in the text; empty: none.
std::string secret_in(std::string_view text, const std::vector<std::string>& secrets) {
  for (const auto& secret : secrets) {
    if (text.contains(secret)) return secret;
  }
  return {};
}

/// A row as one store or the other writes it down.
bool is_of_kind(std::string_view row, std::string_view kind) {
  const std::string name(kind);
  return row.contains("\x1f" + name + "\x1f") || row.contains("," + name + ",");
}

std::string file_bytes(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

}  // namespace

TEST_P(Secrecy, no_answer_holds_a_stored_secret) {
  std::size_t fine = 0;
  for (const auto& answer : made().told()) {
    EXPECT_EQ(secret_in(answer.body, made().secrets()), "") << answer.by << " answered " << answer.body;
    EXPECT_FALSE(answer.body.contains("$scrypt$")) << answer.by << " answered " << answer.body;
    fine += answer.status >= 200 && answer.status < 300 ? 1 : 0;
  }
  EXPECT_GE(fine, 150u) << "of " << made().told().size() << ": what is refused proves little";
}

TEST_P(Secrecy, no_line_of_the_log_tells_a_secret_a_token_or_a_claim) {
  const auto& lines = installation().errors_logged();
  EXPECT_GE(lines.size(), 200u) << "the finest level";
  for (const auto& line : lines) {
    EXPECT_EQ(secret_in(line, made().secrets()), "") << line;
    EXPECT_FALSE(line.contains(SecretsWorld::claim())) << line;
    EXPECT_FALSE(holds_a_token(line)) << line;
  }
}

TEST_P(Secrecy, no_span_and_no_metric_tells_a_secret_a_token_or_a_claim) {
  auto seen = installation().spans();
  EXPECT_FALSE(seen.empty());
  seen.push_back(
      installation().send({.listener = protocol::api::Listener::metrics, .target = "/metrics"}).body);
  EXPECT_TRUE(seen.back().contains("kontor_store_transactions_total")) << seen.back();
  for (const auto& each : seen) {
    EXPECT_EQ(secret_in(each, made().secrets()), "");
    EXPECT_FALSE(each.contains(SecretsWorld::claim()));
    EXPECT_FALSE(holds_a_token(each)) << each;
  }
}

TEST_P(Secrecy, nothing_secret_stands_in_the_store) {
  std::set<std::string> sealed;
  for (const auto& row : made().stored()) {
    EXPECT_EQ(secret_in(row, made().secrets()), "") << row;
    EXPECT_FALSE(row.contains("$scrypt$")) << row;
    bool must_hold_none = row.starts_with("audit ") || row.starts_with("events ");
    for (const auto& kind : app::foundation::sealed_kinds()) {
      if (!is_of_kind(row, kind.kind)) continue;
      if (row.contains("$sealed")) sealed.emplace(kind.kind);
      must_hold_none = true;
    }
    EXPECT_FALSE(must_hold_none && row.contains(SecretsWorld::claim())) << row;
    EXPECT_FALSE(must_hold_none && holds_a_token(row)) << row;
  }
  for (const auto* kind : {"credential", "issued-credential", "issuance-process", "holder", "application",
                           "token-client", "secure-token-account", "sharing-application", "transfer-process",
                           "contract-negotiation", "contract-agreement", "data-flow", "asset"})
    EXPECT_TRUE(sealed.contains(kind)) << kind << " is not sealed";
}

TEST(SecrecyOfTheFile, no_claim_that_was_ever_written_stands_in_it) {
  World world;
  const auto name = SecretsWorld::claim();
  world.call("PUT", "/api/admin/v1beta/participants/" + world.issuer().context + "/holders",
             R"({"holderId":")" + world.globex().did + R"(","did":")" + world.globex().did +
                 R"(","name":"Globex","properties":{"fullName":")" + name + R"("}})");
  std::size_t bytes = 0;
  for (const char* file : {"kontor.db", "kontor.db-wal"}) {
    const auto content = file_bytes(world.installation().folder() / file);
    bytes += content.size();
    EXPECT_FALSE(content.contains(name)) << file;
    EXPECT_FALSE(content.contains("$scrypt$")) << file;
  }
  EXPECT_GT(bytes, 100'000u);
}

INSTANTIATE_TEST_SUITE_P(Stores, Secrecy, ::testing::Values(Store::sqlite, Store::postgres),
                         [](const auto& info) {
                           return info.param == Store::sqlite ? "sqlite" : "postgres";
                         });

}  // namespace kontor::routes_test
