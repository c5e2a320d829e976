#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "platform/config/field.hpp"

namespace kontor::platform::config {

/// One component's part of the configuration.
struct Section {
  std::string name;  ///< snake_case, unique in the program
  Fields fields;
};

template <HasFields C>
Section section_of(std::string name) {
  const C defaults{};
  Section section{std::move(name), fields_of(Type<C>{})};
  take_defaults(section.fields, &defaults);
  return section;
}

/// Where values come from; a later one of this list wins over an earlier one.
struct Sources {
  std::string file = {};  ///< YAML; empty: none
  std::vector<std::string> environment =
      {};  ///< `KONTOR_LOG__LEVEL=debug` of all `NAME=value`; see process_environment()
  std::vector<std::string> flags = {};  ///< `log.level=debug`
};

/// `KONTOR_…__…=value` of this process's environment. Names without a double underscore are not
/// configuration.
std::vector<std::string> process_environment();

/// The merged values of all sources, not yet typed.
class Settings {
 public:
  /// Errors: invalid_input, malformed; the text names the file, line and key.
  static Result<Settings> load(const Sources& sources);

  /// Refuses keys that no section declares, each with the nearest known one. `known` is every section of the
  /// program, not only of this process: one file may serve all processes of an installation.
  Result<void> check_keys(std::span<const Section> known) const;

  /// The typed configuration of a section: defaults, then what the sources say. The error names all that is
  /// wrong.
  template <HasFields C>
  Result<C> read(std::string_view section) const {
    C out{};
    if (auto done = read_into(section, fields_of(Type<C>{}), &out); !done)
      return fail(std::move(done.error()));
    if constexpr (requires { validate(out); }) {
      if (auto valid = validate(out); !valid) return fail(std::move(valid.error()), "{}", section);
    }
    return out;
  }

  /// What was written at `listeners.public.port`, and where; null when the default holds.
  const Node* find(std::string_view path) const;
  const Node& root() const { return root_; }

 private:
  Result<void> read_into(std::string_view section, const Fields& fields, void* object) const;

  Node root_;
};

}  // namespace kontor::platform::config
