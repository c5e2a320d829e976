#pragma once

#include <string>
#include <string_view>

#include "app/process/host.hpp"

/// What `kontor` tells about itself without running: everything is read from what a process is built of, so
/// it cannot differ from it. Nothing is started, no file but the configuration is opened.
namespace kontor::app::inspect {

enum class Format : std::uint8_t { text, markdown };

/// Every key with type, default, unit, meaning, value and where that was written.
Result<std::string> show_config(const process::Options& options, Format format);

/// Reads the configuration of these roles and builds them. The error names everything that is wrong.
Result<std::string> check_config(const process::Options& options);

/// The assemblies of these roles as a Graphviz digraph.
Result<std::string> show_graph(const process::Options& options);

/// The OpenAPI document of one listener of these roles: `public`, `administration` or `signaling`.
Result<std::string> show_openapi(const process::Options& options, std::string_view listener);

/// Every metric that a process of these roles has, with type, unit, labels and meaning.
Result<std::string> list_metrics(const process::Options& options);

}  // namespace kontor::app::inspect
