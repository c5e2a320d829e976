#pragma once

#include <cstdint>
#include <filesystem>
#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace CLI {
class App;
class Option;
}  // namespace CLI

namespace kontor::app::arguments {

/// A program, for its help.
struct About {
  std::string text;
  std::string name = {};    ///< empty: as the program was called
  std::string footer = {};  ///< below the help of every verb, for instance examples
};

/// A verb or a flag, for its help.
struct Named {
  std::string name;  ///< `run`, `--verbose`
  std::string meaning;
};

/// Values of a number; both ends belong to them.
struct Bounds {
  std::uint64_t first = 0;
  std::uint64_t last = std::numeric_limits<std::uint64_t>::max();
};

/// What is said before a value, and which values may follow.
struct Option {
  std::string name;
  std::string meaning;
  std::string kind = {};  ///< what a value is, for the help: `FILE`
  bool required = false;
  bool shows_default = false;  ///< the help says what the variable holds when the option is declared
  std::vector<std::string> one_of = {};
  bool existing_file = false;
  Bounds bounds = {};   ///< of a number
  bool commas = false;  ///< of a list: `a,b`; else the option is repeated
};

/// The end of a program before it began: help, or what is wrong with its command line.
struct Exit {
  int code;  ///< 0 for help, 2 for what is wrong
  std::string text;
};

/// To standard output when the code is 0, else to standard error. Returns the code.
int print(const Exit& exit);

/// What the command line of a program, or of one of its verbs, may say. Options and flags are bound to
/// variables, which keep their values where nothing is said; they must live until the command line was read.
/// A copy is the same syntax. `--help` is always understood.
class Syntax {
 public:
  explicit Syntax(const About& about);

  void option(std::string& value, const Option& option);
  void option(std::filesystem::path& value, const Option& option);
  void option(std::uint64_t& value, const Option& option);
  void option(std::vector<std::string>& values, const Option& option);
  /// True when it is said.
  void flag(bool& value, const Named& flag);

  /// A verb of the program, or a verb within a verb, with a syntax of its own. At most one is said.
  Syntax verb(const Named& verb);
  /// One verb must be said.
  void require_verb();
  /// Whether this verb was said, once the command line was read.
  bool said() const;

  /// Fills in the variables; `arguments` are without the program's name. An Exit when the program is to end.
  std::optional<Exit> parse(const std::vector<std::string>& arguments) const;
  /// What a `main` does first: reads its arguments. When the program is to end: prints why and returns the
  /// exit code.
  std::optional<int> read(int count, char** arguments) const;

 private:
  explicit Syntax(std::shared_ptr<CLI::App> app);
  std::optional<std::string> unknown_verb(const std::vector<std::string>& arguments) const;

  std::shared_ptr<CLI::App> app_;  ///< a verb's shares the ownership of the program's
};

}  // namespace kontor::app::arguments
