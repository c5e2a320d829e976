#pragma once

#include <set>

#include "steps.hpp"

/// What the steps that move data do to transfers between Globex, who consumes, and Acme, who provides.
namespace kontor::journey {

struct Transfer {
  std::string id;           ///< Globex's
  std::string provider_id;  ///< Acme's
};

/// Lets time pass for everything that runs here.
void pause(World& world, std::chrono::milliseconds time);

/// The id of an agreement about the dataset, which Globex finds in Acme's catalog.
std::string agree(World& world, const std::string& dataset);
/// Acme shows the dataset to nobody any more; agreements about it stay.
void withdraw(World& world, const std::string& dataset);

/// Asks for the data of an agreement and waits until the transfer is STARTED, or over.
Transfer begin_transfer(World& world, const std::string& body);
/// The process of a company once it is in one of these states, or Failed after ten seconds.
json::Value await_state(World& world, const Company& company, const std::string& id,
                        const std::set<std::string>& states);
/// `what` is `suspend`, `resume` or `terminate`.
void order(World& world, const Company& company, const std::string& id, const std::string& what);

/// What a company's data plane has counted of a flow; null: nothing yet.
json::Value usage_of(World& world, const Company& company, const std::string& flow);
std::uint64_t number_at(const json::Value& value, std::string_view key);

}  // namespace kontor::journey
