#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "asking.hpp"

namespace kontor::routes_test {

/// What becomes of input that is wrong.
struct WrongInput {
  unsigned status;
  std::string what;  ///< `body`, `id`, `context` or `query`
  bool missing;      ///< it is answered otherwise yet
};

/// A row of identity_table.txt.
struct IdentityRow {
  enum class Mark : std::uint8_t {
    served,
    missing,    ///< nobody has made it yet
    otherwise,  ///< not served for good
  };

  std::string method;
  std::string path;   ///< whole, with `*` for a parameter
  std::string scope;  ///< whole; empty: the caller proves itself in the request
  unsigned success = 0;
  std::vector<WrongInput> wrong;
  Mark mark = Mark::served;
  unsigned example = 0;  ///< what the declaration's example is answered; 0: success

  std::string told() const { return method + " " + path; }
};

/// Paths under which all rows of an API are served too.
struct PathAlias {
  std::string original;
  std::string other;
  bool missing;
};

struct IdentityTable {
  std::vector<IdentityRow> rows;
  std::vector<PathAlias> aliases;
};

/// Throws std::runtime_error where the file has a line that cannot be read.
const IdentityTable& identity_table();

/// The row of a route; null: the APIs' clients do not know it.
const IdentityRow* row_of(const RouteInfo& route);

}  // namespace kontor::routes_test
