# run: migrate
class BareWordInBody < ActiveRecord::Migration[7.0]
  uses_something
end
