#include <fmt/format.h>
#include <gtest/gtest.h>

#include <fstream>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "dataplane/file/beneath.hpp"
#include "dataplane/file/file_answer.hpp"
#include "dataplane/file/file_source.hpp"
#include "dataplane/push/wire.hpp"
#include "dataplane/source/http_address.hpp"

// docs/data-addresses.md against what reads addresses: each row of a chapter's table is a member of its
// address; other tables have chapters of their own.
namespace kontor::dataplane::push {
namespace {

struct Chapter {
  std::set<std::string> members;
  std::vector<std::string> rows;
  std::string examples;
};

std::map<std::string, Chapter> chapters() {
  std::ifstream page("docs/data-addresses.md");
  EXPECT_TRUE(page) << "tests run in the root of the tree";
  std::map<std::string, Chapter> all;
  Chapter* chapter = nullptr;
  bool in_examples = false;
  for (std::string line; std::getline(page, line);) {
    if (line.starts_with("## ")) chapter = &all[line.substr(3)];
    if (line.starts_with("```")) in_examples = line == "```json";
    if (in_examples && !line.starts_with("```")) chapter->examples += line + "\n";
    if (!line.starts_with("| `")) continue;
    chapter->members.insert(line.substr(3, line.find('`', 3) - 3));
    chapter->rows.push_back(line);
  }
  return all;
}

json::Array examples_of(const Chapter& chapter) {
  auto read = json::parse(chapter.examples);
  EXPECT_TRUE(read) << chapter.examples;
  return read ? read->as_array() : json::Array();
}

std::string documented(std::string_view member) {
  return std::string(member.starts_with("header:") ? "header:NAME" : member);
}

std::string text_of(const json::Value& example, std::string_view member) {
  const auto* found = json::find(example, member);
  return found && found->is_string() ? std::string(found->get_string()) : std::string();
}

/// Each member of each example says something: without it the address is another one, or none.
template <class Read>
std::set<std::string> members_that_count(const json::Array& examples, Read read) {
  std::set<std::string> members;
  for (const auto& example : examples) {
    const auto whole = read(example);
    EXPECT_TRUE(whole) << json::serialize(example);
    for (const auto& member : example.as_object()) {
      const std::string name(member.key());
      if (name == "type") continue;
      members.insert(documented(name));
      auto rest = example;
      rest.as_object().erase(name);
      const auto without = read(rest);
      EXPECT_TRUE(!without || !whole || *without != *whole) << name << " of " << json::serialize(example);
    }
  }
  return members;
}

}  // namespace

TEST(AddressesPage, every_member_of_an_http_source_is_shown_and_says_something) {
  const auto page = chapters();
  const auto& chapter = page.at("HttpData");
  EXPECT_EQ(members_that_count(
                examples_of(chapter),
                [](const json::Value& value) { return source::read_http_address(json::Node(value)); }),
            chapter.members);
}

TEST(AddressesPage, every_member_of_a_file_is_shown_and_says_something) {
  const auto page = chapters();
  const auto& chapter = page.at("File");
  platform::async::Offload disk(1);
  const file::FileSources files(disk, {.root = "/somewhere"});
  EXPECT_EQ(members_that_count(examples_of(chapter),
                               [&](const json::Value& value) { return files.read(json::Node(value)); }),
            chapter.members);
}

TEST(AddressesPage, every_ending_with_a_media_type_of_its_own_is_named_with_it) {
  const auto page = chapters();
  std::vector<std::string> rows;
  for (const auto& [ending, type] : file::media_types())
    rows.push_back(fmt::format("| `.{}` | `{}` |", ending, type));
  EXPECT_EQ(page.at("Media types of files").rows, rows);
}

TEST(AddressesPage, a_push_goes_where_the_page_says) {
  const auto page = chapters();
  const auto& chapter = page.at("Where a push goes");
  const auto examples = examples_of(chapter);
  ASSERT_EQ(examples.size(), 2u);
  const auto folder = file::steps_of(text_of(examples[0], "path"));
  EXPECT_TRUE(folder && !folder->empty());
  dps::DataAddress address;
  ASSERT_TRUE(dps::read_data_address(json::Node(examples[1]), address));
  const auto destination = destination_of(address, true);
  ASSERT_TRUE(destination) << destination.error().message();
  EXPECT_EQ(destination->access.endpoint, text_of(examples[1], "baseUrl"));
  EXPECT_EQ(chapter.members, (std::set<std::string>{"path", "baseUrl"}));
}

}  // namespace kontor::dataplane::push
