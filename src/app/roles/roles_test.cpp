#include "app/roles/roles.hpp"

#include <gtest/gtest.h>

#include <set>

#include "runtime/credential_service/assembly.hpp"
#include "runtime/did_control/assembly.hpp"
#include "runtime/erasure/erasure.hpp"
#include "runtime/identity/assembly.hpp"
#include "runtime/issuer_service/assembly.hpp"
#include "runtime/token_service/assembly.hpp"

namespace kontor::app::roles::test {

TEST(Roles, monitoring_stands_first_and_listeners_last) {
  const auto assemblies = parts_of({"all"}).value().wanted;
  EXPECT_EQ(assemblies.front().name, "monitoring");
  EXPECT_EQ(assemblies.back().name, "listeners");
}

TEST(Roles, an_unknown_role_is_refused_with_the_known_ones) {
  const auto refused = parts_of({"all", "contol-plane"});
  ASSERT_FALSE(refused);
  EXPECT_TRUE(refused.error().detail.starts_with("there is no role contol-plane; known are all"))
      << refused.error().detail;
  for (const auto& role : known_roles()) EXPECT_NE(refused.error().detail.find(role.name), std::string::npos);
}

TEST(Roles, every_configuration_section_has_one_owner) {
  std::set<std::string> names;
  for (const auto& section : all_sections()) {
    EXPECT_TRUE(names.insert(section.name).second) << section.name;
    for (const auto& field : section.fields)
      EXPECT_FALSE(field.meaning.empty()) << section.name << "." << field.name;
  }
}

TEST(Roles, mappings_are_known_by_the_context_that_they_name) {
  const auto& known = runtime::erasure::kind_of_mappings();
  const auto kinds = runtime::token_service::TokenServiceAssembly::kinds();
  const auto found = std::ranges::find(kinds, known.name, &entity::Kind::name);
  ASSERT_NE(found, kinds.end());
  EXPECT_EQ(std::ranges::count((*found)->fields, known.fields.front().path, &entity::Field::path), 1);
}

TEST(Roles, every_kind_of_the_identity_services_is_known) {
  std::set<std::string_view> of_identity;
  for (const auto& kinds : {runtime::identity::IdentityAssembly::kinds(),
                            runtime::credential_service::CredentialServiceAssembly::kinds(),
                            runtime::did_control::DidControlAssembly::kinds()}) {
    for (const auto* kind : kinds) of_identity.insert(kind->name);
  }
  of_identity.erase("did-claim");  // the installation's
  std::set<std::string_view> known;
  for (const auto& assembly : parts_of({"all"}).value().wanted) {
    for (const auto* kind : assembly.kinds) {
      if (runtime::erasure::is_of_identity(kind->name)) known.insert(kind->name);
    }
  }
  EXPECT_EQ(known, of_identity);
}

TEST(Roles, every_kind_of_the_issuer_service_is_known) {
  std::set<std::string_view> of_issuer;
  for (const auto* kind : runtime::issuer_service::IssuerServiceAssembly::kinds())
    of_issuer.insert(kind->name);
  std::set<std::string_view> known;
  for (const auto& assembly : parts_of({"all"}).value().wanted) {
    for (const auto* kind : assembly.kinds) {
      if (runtime::erasure::is_of_issuer(kind->name)) known.insert(kind->name);
    }
  }
  EXPECT_EQ(known, of_issuer);
}

}  // namespace kontor::app::roles::test
