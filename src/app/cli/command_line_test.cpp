#include "app/cli/command_line.hpp"

#include <gtest/gtest.h>

namespace kontor::app::cli::test {
namespace {

Command command(const std::vector<std::string>& arguments) {
  return std::get<Command>(parse(arguments));
}
Exit exit_of(const std::vector<std::string>& arguments) {
  return std::get<Exit>(parse(arguments));
}
using Words = std::vector<std::string>;

}  // namespace

TEST(CommandLine, roles_are_separated_by_commas_and_default_to_all) {
  EXPECT_EQ(command({"run"}).options.roles, Words{"all"});
  EXPECT_EQ(command({"run", "--roles", "a,b"}).options.roles, (Words{"a", "b"}));
}

TEST(CommandLine, keys_can_be_set_more_than_once) {
  const auto run = command({"run", "--config", "x.yaml", "--set", "a.b=1", "--set", "c.d=[e, f]"});
  EXPECT_EQ(run.options.sources.file, "x.yaml");
  EXPECT_EQ(run.options.sources.flags, (Words{"a.b=1", "c.d=[e, f]"}));
}

TEST(CommandLine, each_verb_is_recognised) {
  EXPECT_EQ(command({"run"}).verb, Verb::run);
  EXPECT_EQ(command({"config", "--markdown"}).verb, Verb::config);
  EXPECT_EQ(command({"config", "check", "--roles", "all", "--config", "x"}).verb, Verb::config_check);
  EXPECT_EQ(command({"graph"}).verb, Verb::graph);
  EXPECT_EQ(command({"metrics", "--roles", "all"}).verb, Verb::metrics);
  EXPECT_EQ(command({"openapi", "--listener", "public"}).verb, Verb::openapi);
  EXPECT_EQ(command({"openapi", "--listener", "public"}).listener, "public");
  EXPECT_EQ(command({"version"}).verb, Verb::version);
}

TEST(CommandLine, a_data_plane_is_tried_as_it_is_described) {
  const auto tried =
      command({"conformance", "data-plane", "http://127.0.0.1:1", "--profile", "A-PULL", "--profile",
               "B-PUSH", "--context", "acme", "--side", "provider", "--port", "8091"});
  EXPECT_EQ(tried.verb, Verb::conformance);
  EXPECT_EQ(tried.data_plane.url, "http://127.0.0.1:1");
  EXPECT_EQ(tried.data_plane.profiles, (Words{"A-PULL", "B-PUSH"}));
  EXPECT_EQ(tried.data_plane.context, "acme");
  EXPECT_EQ(tried.data_plane.port, 8091u);
  EXPECT_EQ(exit_of({"conformance", "data-plane"}).code, 2);
  EXPECT_EQ(exit_of({"conformance", "data-plane", "http://x", "--side", "left"}).code, 2);
  EXPECT_TRUE(exit_of({"conformance", "data-plane", "--help"}).text.contains("--late-agreement"));
}

TEST(CommandLine, help_shows_verbs_roles_and_examples) {
  const auto help = exit_of({"--help"});
  EXPECT_EQ(help.code, 0);
  for (const auto* word : {"run", "config", "graph", "metrics", "openapi", "version", "Examples",
                           "KONTOR_LISTENERS__PUBLIC__PORT"}) {
    EXPECT_NE(help.text.find(word), std::string::npos) << word;
  }
  EXPECT_NE(exit_of({"run", "--help"}).text.find("--roles"), std::string::npos);
}

TEST(CommandLine, an_unknown_option_ends_with_code_2) {
  EXPECT_EQ(exit_of({"run", "--rolls", "a"}).code, 2);
  EXPECT_EQ(exit_of({}).code, 2);
}

TEST(CommandLine, an_unknown_verb_is_named_with_the_known_ones) {
  const auto refused = exit_of({"fly", "--roles", "all"});
  EXPECT_EQ(refused.code, 2);
  EXPECT_EQ(refused.text,
            "there is no verb fly; known are run, config, graph, metrics, openapi, conformance, version\n");
}

}  // namespace kontor::app::cli::test
