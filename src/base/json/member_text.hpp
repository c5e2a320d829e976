#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/json/json.hpp"

/// Members in the text of an object, found without reading it into a value: for texts of our own making, of
/// which little is changed. Keys are compared as they are spelled.
namespace kontor::json {

/// Where a member stands in a text.
struct MemberText {
  std::size_t begin = 0;  ///< of its key, with the quotation mark
  std::size_t value = 0;
  std::size_t end = 0;  ///< behind the value
};

/// `path` has dots between its steps. None: it is not there, or null stands in its way. Errors: malformed
/// where no object can be made out, internal where a step leads through something that is no object.
Result<std::optional<MemberText>> find_member(std::string_view object, std::string_view path);

/// Takes a member that was found out of the text, with one comma beside it.
void erase_member(std::string& object, const MemberText& member);

/// Whether a string of the document may be spelled like this: a look at the text and no more.
bool may_name(std::string_view document, std::string_view name);

/// Errors: malformed, too_large, as of `parse` but for keys that stand twice.
Result<void> check(std::string_view document, ParseLimits limits = {});

}  // namespace kontor::json
