#pragma once

#include "base/json/codec.hpp"
#include "domain/application/types.hpp"

/// The stored form, version 1.
namespace kontor::domain::application {

Result<void> read(const json::Node& node, DocumentReference& out);
json::Value write(const DocumentReference& document);
Result<void> read(const json::Node& node, HistoryEntry& out);
json::Value write(const HistoryEntry& entry);
Result<void> read(const json::Node& node, Application& out);
json::Value write(const Application& application);

std::string_view name_of(State state);
std::string_view name_of(Action action);

}  // namespace kontor::domain::application
