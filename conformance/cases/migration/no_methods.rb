class NoMethods < ActiveRecord::Migration[8.1]
end
