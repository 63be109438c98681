# run: migrate
# file: 20240101000001_frozen_strings.rb
# frozen_string_literal: true

class FrozenStrings < ActiveRecord::Migration[8.1]
  NAME = "a"

  def up
    create_table(NAME) { |t| t.string "x" }
    NAME << "b"
  end
end
