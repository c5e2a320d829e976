#include "protocol/dcp/scope.hpp"

#include <gtest/gtest.h>

using namespace kontor;
using namespace kontor::protocol;
using namespace kontor::protocol::dcp;

namespace {

const std::string by_type = std::string(scope_alias_type) + ":";
const std::string by_id = std::string(scope_alias_id) + ":";

vc::Credential membership() {
  return {.contexts = {"https://www.w3.org/2018/credentials/v1", "https://example.com/ns"},
          .id = "urn:uuid:1",
          .types = {"VerifiableCredential", "MembershipCredential"},
          .issuer = Did{"did:web:i"}};
}

}  // namespace

TEST(Scope, two_and_three_segments_are_read) {
  const Scope expected{.value = "MembershipCredential"};
  EXPECT_EQ(parse_scope(by_type + "MembershipCredential").value(), expected);
  for (const auto* operation : {"read", "write", "all", "*"}) {
    EXPECT_EQ(parse_scope(by_type + "MembershipCredential:" + operation).value(), expected);
  }
  EXPECT_EQ(parse_scope("ORG.eclipse.dspace.dcp.VC.type:MembershipCredential:read").value(), expected);
}

TEST(Scope, the_older_alias_of_types_is_read_and_never_written) {
  const auto scope = parse_scope("org.eclipse.edc.vc.type:MembershipCredential:read").value();
  EXPECT_EQ(scope, (Scope{.value = "MembershipCredential"}));
  EXPECT_EQ(to_string(scope), by_type + "MembershipCredential:read");
}

TEST(Scope, a_discriminator_may_hold_colons_and_a_context) {
  const Scope expected{.context = "https://example.com/ns", .value = "MembershipCredential"};
  EXPECT_EQ(parse_scope(by_type + "https://example.com/ns#MembershipCredential:read").value(), expected);
  EXPECT_EQ(parse_scope(by_type + "https://example.com/ns#MembershipCredential").value(), expected);
  EXPECT_EQ(parse_scope(by_id + "urn:uuid:1:read").value(), (Scope{Scope::Alias::id, "", "urn:uuid:1"}));
  EXPECT_EQ(parse_scope(by_id + "urn:uuid:1").value(), (Scope{Scope::Alias::id, "", "urn:uuid:1"}));
}

TEST(Scope, other_aliases_and_empty_discriminators_are_refused) {
  for (const auto& text : {std::string("presentation1"), std::string("org.other:Type:read"), by_type,
                           by_type + ":read", std::string()}) {
    EXPECT_EQ(parse_scope(text).error().code, ErrorCode::invalid_input) << text;
  }
}

TEST(Scope, scopes_come_separated_by_spaces_or_as_elements) {
  const auto text = by_type + "A:read  " + by_type + "B:read";
  EXPECT_EQ(parse_scopes(text).value().size(), 2u);
  EXPECT_EQ(parse_scopes(std::vector{text, by_type + "C"}).value().size(), 3u);
  EXPECT_FALSE(parse_scopes(""));
  EXPECT_FALSE(parse_scopes("   "));
  EXPECT_FALSE(parse_scopes(by_type + "A:read nonsense"));
  std::string many;
  for (int i = 0; i < 101; ++i) many += by_type + "A:read ";
  EXPECT_FALSE(parse_scopes(many));
}

TEST(Scope, what_is_written_is_read_back) {
  for (const auto& text :
       {by_type + "A:read", by_type + "https://example.com/ns#A:read", by_id + "urn:uuid:1:read"}) {
    EXPECT_EQ(to_string(parse_scope(text).value()), text);
  }
  EXPECT_EQ(to_string(std::vector{Scope{.value = "A"}, Scope{.value = "B"}}),
            by_type + "A:read " + by_type + "B:read");
}

TEST(Scope, a_scope_grants_by_type_by_context_and_by_id) {
  const auto granted = [](const std::string& text) {
    return grants(parse_scope(text).value(), membership());
  };
  EXPECT_TRUE(granted(by_type + "MembershipCredential"));
  EXPECT_FALSE(granted(by_type + "Membership"));
  EXPECT_TRUE(granted(by_type + "https://example.com/ns#MembershipCredential"));
  EXPECT_FALSE(granted(by_type + "https://example.com/other#MembershipCredential"));
  EXPECT_TRUE(granted(by_type + "https://example.com/ns#"));
  EXPECT_TRUE(granted(by_type + "#MembershipCredential"));
  EXPECT_TRUE(granted(by_id + "urn:uuid:1"));
  EXPECT_FALSE(granted(by_id + "urn:uuid:2"));
  EXPECT_FALSE(granted(by_id + "MembershipCredential"));
}

TEST(Scope, a_short_name_stands_for_a_type) {
  const DiscriminatorAliases aliases{{"membership", "https://example.com/ns#MembershipCredential"},
                                     {"m", "M"}};
  EXPECT_EQ(resolved(parse_scope(by_type + "membership").value(), aliases),
            (Scope{.context = "https://example.com/ns", .value = "MembershipCredential"}));
  EXPECT_EQ(resolved(Scope{.value = "m"}, aliases), Scope{.value = "M"});
  EXPECT_EQ(resolved(Scope{.value = "other"}, aliases), Scope{.value = "other"});
  EXPECT_EQ(resolved(Scope{Scope::Alias::id, "", "m"}, aliases), (Scope{Scope::Alias::id, "", "m"}));
}
