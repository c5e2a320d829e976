#include "app/inspect/inspect.hpp"

#include <gtest/gtest.h>

#include "app/roles/roles.hpp"

namespace kontor::app::inspect::test {
namespace {

process::Options options_of(std::string role, std::vector<std::string> flags = {}) {
  return {.roles = {std::move(role)}, .sources = {.flags = std::move(flags)}};
}

}  // namespace

TEST(Inspect, every_role_alone_is_a_process_that_builds_from_its_defaults) {
  std::vector<std::string> names{"all"};
  for (const auto& role : roles::known_roles()) names.emplace_back(role.name);
  for (const auto& name : names) {
    const auto checked = check_config(options_of(name, {"vault.master_key=" + std::string(64, '1')}));
    EXPECT_TRUE(checked) << name << ": " << checked.error().message();
  }
}

TEST(Inspect, the_reference_of_keys_and_the_list_of_metrics_come_from_what_is_built) {
  const auto keys = show_config(options_of("all", {"process.log_level=debug"}), Format::text).value();
  EXPECT_NE(keys.find("= debug  from --set process.log_level"), std::string::npos);
  EXPECT_NE(keys.find("listeners.public.tls.certificate_file"), std::string::npos);
  EXPECT_NE(show_config(options_of("all"), Format::markdown).value().find("| `monitoring.listener.port` |"),
            std::string::npos);
  EXPECT_NE(list_metrics(options_of("all")).value().find("kontor_http_requests_total"), std::string::npos);
  EXPECT_NE(show_graph(options_of("all")).value().find("\"listeners\" -> \"http-api\""), std::string::npos);
}

TEST(Inspect, the_document_of_a_listener_is_that_of_what_the_roles_bind) {
  const auto all = show_openapi(options_of("all"), "administration").value();
  EXPECT_TRUE(all.starts_with(R"({"openapi":"3.1.0")")) << all.substr(0, 100);
  EXPECT_NE(all.find("\"create-asset\""), std::string::npos);
  const auto tokens = show_openapi(options_of("token-service"), "administration").value();
  EXPECT_EQ(tokens.find("\"create-asset\""), std::string::npos);
  EXPECT_NE(tokens.find("\"request-token\""), std::string::npos);
  EXPECT_EQ(show_openapi(options_of("all"), "nowhere").error().code, ErrorCode::invalid_input);
}

TEST(Inspect, the_check_says_what_would_keep_a_process_from_starting) {
  const auto without = check_config(options_of("all"));
  ASSERT_FALSE(without);
  EXPECT_NE(without.error().detail.find("vault.master_key is not set"), std::string::npos);
  EXPECT_FALSE(check_config(options_of("all", {"vault.master_key=short"})));
  EXPECT_TRUE(show_openapi(options_of("all"), "public")) << "what needs no start needs no key";
}

TEST(Inspect, the_check_names_every_wrong_key_of_all_assemblies) {
  const auto checked = check_config(options_of("all", {"listeners.public.port=x", "http_api.wait_max=y"}));
  ASSERT_FALSE(checked);
  EXPECT_NE(checked.error().detail.find("listeners.public.port must be"), std::string::npos);
  EXPECT_NE(checked.error().detail.find("http_api.wait_max must be"), std::string::npos);
  const auto unknown = check_config(options_of("all", {"listener.public.port=1"}));
  EXPECT_NE(unknown.error().detail.find("did you mean listeners?"), std::string::npos)
      << unknown.error().detail;
}

}  // namespace kontor::app::inspect::test
