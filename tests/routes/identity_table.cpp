#include "identity_table.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <fstream>
#include <sstream>

#include "base/text/text.hpp"

namespace kontor::routes_test {

namespace {

constexpr const char* file = "tests/routes/identity_table.txt";

struct Api {
  std::string_view name;
  std::string_view base;
  std::string_view scopes;
};
constexpr Api apis[] = {{"identity", "/api/identity/v1beta", "identity-api"},
                        {"issuer", "/api/admin/v1beta", "issuer-admin-api"},
                        {"sts", "/api/sts", ""}};

[[noreturn]] void cannot_be_read(const std::string& line) {
  throw std::runtime_error(fmt::format("{}: '{}' is no row", file, line));
}

unsigned number_in(const std::string& line, std::string_view text) {
  unsigned number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size()) cannot_be_read(line);
  return number;
}

std::vector<WrongInput> wrong_input_of(const std::string& line, const std::string& text) {
  constexpr std::string_view kinds[] = {"body", "id", "context", "query"};
  std::vector<WrongInput> all;
  for (const auto each : text::split(text, ',')) {
    const bool missing = each.ends_with('?');
    const auto parts = text::split_once(each.substr(0, each.size() - (missing ? 1 : 0)), ':');
    if (!parts || std::ranges::find(kinds, parts->second) == std::end(kinds)) cannot_be_read(line);
    all.push_back(
        {.status = number_in(line, parts->first), .what = std::string(parts->second), .missing = missing});
  }
  return all;
}

void mark(const std::string& line, const std::string& word, IdentityRow& row) {
  if (word == "missing") {
    row.mark = IdentityRow::Mark::missing;
  } else if (word == "otherwise") {
    row.mark = IdentityRow::Mark::otherwise;
  } else if (word.starts_with("example:")) {
    row.example = number_in(line, std::string_view(word).substr(word.find(':') + 1));
  } else if (!word.empty()) {
    cannot_be_read(line);
  }
}

IdentityRow row_in(const std::string& line) {
  std::istringstream words(line);
  std::string name;
  std::string path;
  std::string scope;
  std::string wrong;
  std::string last;
  IdentityRow row;
  if (!(words >> name >> row.method >> path >> scope >> row.success >> wrong)) cannot_be_read(line);
  const auto api = std::ranges::find(apis, name, &Api::name);
  if (api == std::end(apis)) cannot_be_read(line);
  const auto context = path.find("/participants/P");
  if (context != std::string::npos) path.replace(context, 15, "/participants/*");
  row.path = std::string(api->base) + path;
  if (scope != "-") row.scope = fmt::format("{}:{}", api->scopes, scope);
  row.wrong = wrong_input_of(line, wrong);
  words >> last;
  mark(line, last, row);
  return row;
}

PathAlias alias_in(const std::string& line) {
  std::istringstream words(line);
  std::string word;
  PathAlias alias{};
  if (!(words >> word >> alias.original >> alias.other)) cannot_be_read(line);
  alias.missing = static_cast<bool>(words >> word) && word == "missing";
  return alias;
}

IdentityTable from_file() {
  std::ifstream lines(file);
  if (!lines) throw std::runtime_error(std::string(file) + " is not there: tests run in the tree's root");
  IdentityTable table;
  for (std::string line; std::getline(lines, line);) {
    if (line.empty() || line.starts_with('#')) continue;
    if (line.starts_with("alias ")) {
      table.aliases.push_back(alias_in(line));
    } else {
      table.rows.push_back(row_in(line));
    }
  }
  return table;
}

}  // namespace

const IdentityTable& identity_table() {
  static const IdentityTable table = from_file();
  return table;
}

const IdentityRow* row_of(const RouteInfo& route) {
  const auto& rows = identity_table().rows;
  const auto found = std::ranges::find_if(rows, [&](const IdentityRow& row) {
    return row.method == protocol::api::method_name(route.method) && row.path == as_in_table(route.path);
  });
  return found == rows.end() ? nullptr : &*found;
}

}  // namespace kontor::routes_test
