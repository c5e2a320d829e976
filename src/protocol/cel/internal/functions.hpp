#pragma once

#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "protocol/cel/environment.hpp"

namespace kontor::protocol::cel {

/// The functions of the language by name, operators included (`_+_`, `!_`, `@in`). Not here, because they
/// look at their operands in ways of their own: `&&`, `||`, `?:`, indexing, macros.
using FunctionsByName = std::map<std::string, std::vector<Function>, std::less<>>;
const FunctionsByName& standard_functions();

/// By area; each source has one. `standard_functions` puts them together.
std::vector<Function> operator_functions();
std::vector<Function> arithmetic_functions();
std::vector<Function> conversion_functions();
std::vector<Function> text_functions();
std::vector<Function> time_functions();

/// What a program can call: the language's functions and the host's, which come second where both fit.
/// Overloads live as long as this does.
class FunctionTable {
 public:
  explicit FunctionTable(std::vector<Function> of_the_host) : host_(std::move(of_the_host)) {}
  FunctionTable(const FunctionTable&) = delete;
  FunctionTable& operator=(const FunctionTable&) = delete;

  std::vector<const Function*> find(std::string_view name, bool member, std::size_t parameters) const;
  /// All of a name, for an error that says what there is.
  std::vector<const Function*> find(std::string_view name) const;

 private:
  std::vector<Function> host_;
};

/// `string.startsWith(string)`, `size(list(A))`.
std::string signature(const Function& function);

/// Charges for a new string and makes it a value.
Result<Value> make_string(std::string text, Meter& meter);

}  // namespace kontor::protocol::cel
