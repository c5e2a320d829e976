#include "app/cli/command_line.hpp"

int main(int count, char** arguments) {
  using namespace kontor::app::cli;
  const auto parsed = parse({arguments + 1, arguments + count});
  if (const auto* command = std::get_if<Command>(&parsed)) return execute(*command);
  return kontor::app::arguments::print(std::get<Exit>(parsed));
}
