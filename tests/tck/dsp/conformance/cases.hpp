#pragma once

#include <string>
#include <string_view>
#include <vector>

/// The kit's cases as sequences of messages, in the notation of its test catalogue.
namespace kontor::tck::dsp {

/// One line of a case. `>Type` is sent by us and taken; `>Type!` is sent by us and refused; `<Type` is what
/// the connector sends next; `=STATE` is what both parties know now.
struct Line {
  enum class Kind { send, send_refused, expect, state };
  Kind kind = Kind::send;
  std::string what;
};

/// The lines of a negotiation or transfer, after the request that opens it; nothing for an unknown id.
std::vector<Line> lines_of(std::string_view id);
/// Every id that has lines.
std::vector<std::string> scripted_ids();

}  // namespace kontor::tck::dsp
