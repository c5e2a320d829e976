#include "app/arguments/syntax.hpp"

#include <gtest/gtest.h>

namespace kontor::app::arguments::test {
namespace {

using Words = std::vector<std::string>;

/// A program with one of everything.
struct Program {
  std::string store = "sqlite";
  std::filesystem::path folder;
  std::uint64_t seed = 7;
  std::uint64_t count = 10;
  Words roles;
  Words keys;
  bool keep = false;
  bool quiet = false;
  Syntax line{{.text = "Walks.", .name = "walk", .footer = "See the book."}};
  Syntax run = line.verb({"run", "Runs it"});
  Syntax show = line.verb({"show", "Shows it"});
  Syntax inner = show.verb({"inner", "Shows the inside"});

  Program() {
    line.flag(quiet, {"--quiet", "say nothing"});
    run.option(
        store,
        {.name = "--store", .meaning = "where", .shows_default = true, .one_of = {"sqlite", "postgres"}});
    run.option(folder, {.name = "--folder", .meaning = "new", .kind = "FOLDER"});
    run.option(seed, {.name = "--seed", .meaning = "of chance", .shows_default = true});
    run.option(count, {.name = "--count", .meaning = "how many", .bounds = {1, 100}});
    run.option(roles, {.name = "--roles", .meaning = "of it", .commas = true});
    run.option(keys, {.name = "--set", .meaning = "a key"});
    run.flag(keep, {"--keep", "leave it"});
  }

  Exit refused(const Words& arguments) const { return line.parse(arguments).value_or(Exit{-1, "taken"}); }
};

}  // namespace

TEST(Syntax, what_is_said_stands_in_the_variables) {
  Program program;
  EXPECT_FALSE(program.line.parse(
      {"--quiet", "run", "--store", "postgres", "--folder=x/y", "--seed", "42", "--count", "100", "--keep"}));
  EXPECT_EQ(program.store, "postgres");
  EXPECT_EQ(program.folder, "x/y");
  EXPECT_EQ(program.seed, 42);
  EXPECT_EQ(program.count, 100);
  EXPECT_TRUE(program.keep);
  EXPECT_TRUE(program.quiet);
}

TEST(Syntax, what_is_not_said_keeps_its_value) {
  Program program;
  EXPECT_FALSE(program.line.parse({"run"}));
  EXPECT_EQ(program.store, "sqlite");
  EXPECT_EQ(program.seed, 7);
  EXPECT_EQ(program.roles, Words{});
  EXPECT_FALSE(program.keep);
}

TEST(Syntax, a_list_is_separated_by_commas_or_repeated) {
  Program program;
  EXPECT_FALSE(program.line.parse({"run", "--roles", "a,b", "--set", "x=1,2", "--set", "y=3"}));
  EXPECT_EQ(program.roles, (Words{"a", "b"}));
  EXPECT_EQ(program.keys, (Words{"x=1,2", "y=3"}));
}

TEST(Syntax, verbs_know_whether_they_were_said) {
  Program program;
  EXPECT_FALSE(program.line.parse({"show", "inner"}));
  EXPECT_TRUE(program.show.said());
  EXPECT_TRUE(program.inner.said());
  EXPECT_FALSE(program.run.said());
}

TEST(Syntax, help_says_meanings_kinds_values_and_defaults) {
  const auto help = Program().refused({"run", "--help"});
  EXPECT_EQ(help.code, 0);
  for (const auto* words : {"--store TEXT:{sqlite,postgres}=sqlite", "--folder FOLDER", "--seed UINT=7",
                            "how many", "1 to 100", "leave it", "See the book."}) {
    EXPECT_NE(help.text.find(words), std::string::npos) << words << " in\n" << help.text;
  }
}

TEST(Syntax, what_cannot_be_understood_ends_with_code_2_and_is_named) {
  const std::pair<Words, std::string> cases[] = {
      {{"run", "--stone", "x"}, "--stone"},
      {{"run", "--store", "mysql"}, "mysql not in {sqlite,postgres}"},
      {{"run", "--seed", "seven"}, "seven"},
      {{"run", "--seed", "-1"}, "-1"},
      {{"run", "--count", "0"}, "0 is not a number of 1 to 100"},
      {{"run", "--count", "101"}, "101 is not a number of 1 to 100"},
      {{"run", "--folder"}, "--folder"},
      {{"run", "show"}, "show"},
      {{"fly"}, "there is no verb fly; known are run, show"},
  };
  for (const auto& [arguments, named] : cases) {
    const auto exit = Program().refused(arguments);
    EXPECT_EQ(exit.code, 2) << arguments.back();
    EXPECT_NE(exit.text.find(named), std::string::npos) << exit.text;
  }
}

TEST(Syntax, what_is_required_is_asked_for) {
  std::string folder;
  Syntax line({.text = "Copies.", .name = "copy"});
  line.option(folder, {.name = "--to", .meaning = "where", .required = true});
  EXPECT_EQ(line.parse({}).value_or(Exit{-1, ""}).code, 2);
  EXPECT_FALSE(line.parse({"--to", "x"}));

  Syntax verbs({.text = "Copies.", .name = "copy"});
  verbs.verb({"run", "Runs it"});
  EXPECT_FALSE(verbs.parse({}));
  verbs.require_verb();
  EXPECT_EQ(verbs.parse({}).value_or(Exit{-1, ""}).code, 2);
}

TEST(Syntax, a_file_that_is_not_there_is_refused) {
  std::filesystem::path file;
  Syntax line({.text = "Reads.", .name = "read"});
  line.option(file, {.name = "--file", .meaning = "what", .existing_file = true});
  EXPECT_EQ(line.parse({"--file", "no/such/file"}).value_or(Exit{-1, ""}).code, 2);
  EXPECT_FALSE(line.parse({"--file", "/proc/self/exe"}));
  EXPECT_EQ(file, "/proc/self/exe");
}

}  // namespace kontor::app::arguments::test
