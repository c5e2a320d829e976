#include "platform/store/audit_chain.hpp"

#include <gtest/gtest.h>

using namespace kontor;
using namespace kontor::platform::store;

namespace {

const ContextId acme("acme");

std::vector<AuditRow> chain(int length) {
  std::vector<AuditRow> rows;
  std::string previous(audit_genesis());
  for (int i = 1; i <= length; ++i) {
    AuditRow row;
    row.sequence = static_cast<std::uint64_t>(i);
    row.at = Instant(std::chrono::seconds(i));
    row.event = {"asset.created", "asset",       EntityId("a" + std::to_string(i)), 1,
                 R"({"n":1})",    "did:web:acme"};
    row.actor = row.event.actor;
    row.previous_hash = previous;
    row.hash = audit_hash(previous, row.sequence, audit_material(acme, row.at, row.event));
    previous = row.hash;
    rows.push_back(std::move(row));
  }
  return rows;
}

}  // namespace

TEST(AuditChain, a_chain_that_nobody_touched_is_whole_and_so_is_each_piece_of_it) {
  const auto rows = chain(5);
  EXPECT_TRUE(verify_chain(acme, rows));
  EXPECT_TRUE(verify_chain(acme, std::span(rows).subspan(2), &rows[1]));
  EXPECT_TRUE(verify_chain(acme, {}));
}

TEST(AuditChain, the_form_of_a_hash_is_fixed) {
  EXPECT_EQ(audit_material(acme, Instant(Duration(7)), {"n", "k", EntityId("e"), 3, "{}", "me"}),
            R"(["acme",7,"me","n","k","e",3,"{}"])");
  EXPECT_EQ(audit_hash(audit_genesis(), 1, "x"),
            "f5c767094ad031468fe69697b66a667e62f4bedca66669dbb51bbaa4ab9a2e74");
}

TEST(AuditChain, every_change_breaks_it_at_its_row) {
  const auto broken_at = [](std::vector<AuditRow> rows) {
    auto verdict = verify_chain(acme, rows);
    return verdict ? std::string("whole") : verdict.error().detail;
  };
  const auto changed = [&](auto change) {
    auto rows = chain(4);
    change(rows);
    return broken_at(std::move(rows));
  };
  const std::string second = "the audit chain of 'acme' is broken at row 2";
  EXPECT_EQ(changed([](auto& rows) { rows[1].event.body = "{}"; }), second);
  EXPECT_EQ(changed([](auto& rows) { rows[1].event.name = "other"; }), second);
  EXPECT_EQ(changed([](auto& rows) { rows[1].event.version = 2; }), second);
  EXPECT_EQ(changed([](auto& rows) { rows[1].at += Duration(1); }), second);
  EXPECT_EQ(changed([](auto& rows) { rows[1].actor = "nobody"; }), second);
  EXPECT_EQ(changed([](auto& rows) { rows[1].event.actor = "nobody"; }), second);
  EXPECT_EQ(changed([](auto& rows) { rows.erase(rows.begin() + 1); }), second);
  EXPECT_EQ(changed([](auto& rows) { std::swap(rows[1], rows[2]); }), second);
  EXPECT_EQ(changed([](auto& rows) { rows[1].previous_hash = rows[0].previous_hash; }), second);
  auto foreign = chain(2);
  EXPECT_FALSE(verify_chain(ContextId("globex"), foreign));
}
