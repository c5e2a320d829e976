#pragma once

#include <cstdint>
#include <string>
#include <variant>
#include <vector>

#include "app/arguments/syntax.hpp"
#include "app/conformance/conformance.hpp"
#include "app/process/host.hpp"

namespace kontor::app::cli {

enum class Verb : std::uint8_t { run, config, config_check, graph, metrics, openapi, conformance, version };

/// What was asked for.
struct Command {
  Verb verb;
  process::Options options;
  bool markdown = false;
  std::string listener = "administration";  ///< whose document is asked for
  conformance::Options data_plane = {};     ///< that is held against its protocol
};

using arguments::Exit;

std::variant<Command, Exit> parse(const std::vector<std::string>& arguments);

/// Carries a command out and returns the exit code of the program.
int execute(const Command& command);

}  // namespace kontor::app::cli
