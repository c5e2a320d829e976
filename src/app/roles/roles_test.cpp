#include "app/roles/roles.hpp"

#include <gtest/gtest.h>

#include <set>

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

}  // namespace kontor::app::roles::test
