#!/bin/sh
# Runs the task once and ends as it ends; before and after.
set -eu
task=$(aws ecs run-task --cluster shop --task-definition shop-migrate --launch-type FARGATE \
  --network-configuration "awsvpcConfiguration={subnets=[$SUBNETS],securityGroups=[$SECURITY_GROUP]}" \
  --query 'tasks[0].taskArn' --output text)
aws ecs wait tasks-stopped --cluster shop --tasks "$task"
code=$(aws ecs describe-tasks --cluster shop --tasks "$task" --query 'tasks[0].containers[0].exitCode' --output text)
exit "$code"
