#pragma once

#include <string>

#include "installation/world.hpp"

namespace kontor::journey {

using installation::await_negotiation;
using installation::catalog_of;
using installation::Company;
using installation::Failed;
using installation::issuer_administration;
using installation::judge;
using installation::management;
using installation::management_context;
using installation::obtain;
using installation::onboard;
using installation::open_negotiation;
using installation::property_of;
using installation::Publication;
using installation::publish;
using installation::push_body;
using installation::sha256_of;
using installation::text_at;
using installation::transfer_body;
using installation::verify;
using installation::World;

// The steps. Each returns what it verified, or throws Failed.
std::string ready(World& world);
std::string governance(World& world);
std::string onboarding(World& world);
std::string publishing(World& world);
std::string discovery(World& world);
std::string agreement(World& world);
std::string transfer(World& world);
std::string push(World& world);
std::string stream(World& world);
std::string refusals(World& world);
std::string independence(World& world);
std::string durability(World& world);
std::string edge(World& world);

}  // namespace kontor::journey
